/**
 * Runs kernels as they are written, one statement after the other: what the printed code must do, bit for bit.
 * Values are numbers, one for each lane; bool is 0 or 1. Written to be read, not to be fast.
 */
import { InternalError } from "../../diagnostics/error.js";
import { binaryOf, compareFunctions, unaryOf } from "../computation/scalar-functions.js";
import { elementReader, elementWriter, roundTo, saturateToI32 } from "../types/element-access.js";
import { elementTypes, type TypedArray } from "../types/element-type.js";
import type { Expression, Kernel, Parameter, Statement } from "./kernel.js";
import { isVector, laneCount, laneType } from "./lanes.js";

/** Memory for one parameter: its element 0 is `array[offset]`. */
export interface Memory {
  readonly array: TypedArray;
  readonly offset: number;
}

/** Runs the kernel, all repeats of it; `memories` are one per parameter. */
export function interpretKernel(kernel: Kernel, memories: readonly Memory[]): void {
  const parameters = new Map(kernel.parameters.map((parameter, i) => [parameter.name, place(parameter, memories[i])]));
  const { variable, count } = kernel.repeat ?? { variable: undefined, count: 1 };
  for (let i = 0; i < count; i++) {
    const frame: Frame = { parameters, values: new Map() };
    if (variable !== undefined) frame.values.set(variable, [i]);
    run(kernel.body, frame);
  }
}

interface Frame {
  readonly parameters: ReadonlyMap<string, PlacedParameter>;
  readonly values: Map<string, readonly number[]>;
}

interface PlacedParameter {
  readonly read: (index: number) => number;
  readonly write: (index: number, value: number) => void;
}

function place({ name, elementType }: Parameter, memory: Memory | undefined): PlacedParameter {
  if (memory === undefined) throw new InternalError("interpret", `${name} has no memory`);
  const { array, offset } = memory;
  const read = elementReader({ elementType, shape: [array.length], data: array });
  const write = elementWriter(elementType, array);
  return { read: (index) => read(offset + index), write: (index, value) => write(offset + index, value) };
}

function run(block: readonly Statement[], frame: Frame): void {
  for (const statement of block) execute(statement, frame);
}

function execute(statement: Statement, frame: Frame): void {
  switch (statement.kind) {
    case "for": {
      const end = evaluate(statement.end, frame);
      for (let i = evaluate(statement.start, frame); i < end; i += statement.step) {
        frame.values.set(statement.variable, [i]);
        run(statement.body, frame);
      }
      return;
    }
    case "let":
    case "var":
    case "assign":
      frame.values.set(statement.name, lanes(statement.value, frame));
      return;
    case "store": {
      const { write } = parameterOf(statement.parameter, frame);
      const index = evaluate(statement.index, frame);
      lanes(statement.value, frame).forEach((value, lane) => write(index + lane, value));
      return;
    }
    case "if":
      run(evaluate(statement.condition, frame) === 0 ? statement.otherwise : statement.then, frame);
      return;
    case "fence":
      return;
  }
}

/** The value of each lane. */
function lanes(expression: Expression, frame: Frame): readonly number[] {
  if (!isVector(expression.type)) return [evaluate(expression, frame)];
  return Array.from({ length: laneCount }, (_, lane) => evaluate(expression, frame, lane));
}

/** The value of one lane. */
function evaluate(expression: Expression, frame: Frame, lane = 0): number {
  const value = evaluateExactly(expression, frame, lane);
  return laneType(expression.type) === "f32" ? Math.fround(value) : value;
}

/** Before rounding to f32. */
function evaluateExactly(expression: Expression, frame: Frame, lane: number): number {
  const part = (inner: Expression): number => evaluate(inner, frame, lane);
  switch (expression.kind) {
    case "number":
      return expression.value;
    case "variable":
      return frame.values.get(expression.name)?.[lane] ?? unbound(expression.name);
    case "load":
      return parameterOf(expression.parameter, frame).read(evaluate(expression.index, frame) + lane);
    case "unary":
      return unaryOf(expression.function, laneType(expression.operand.type))(part(expression.operand));
    case "binary": {
      const apply = binaryOf(expression.function, laneType(expression.type));
      return apply(part(expression.left), part(expression.right));
    }
    case "compare":
      return compareFunctions[expression.function](part(expression.left), part(expression.right));
    case "select":
      return part(part(expression.condition) === 0 ? expression.whenFalse : expression.whenTrue);
    case "splat":
      return evaluate(expression.operand, frame);
    case "lane":
      return evaluate(expression.operand, frame, expression.lane);
    case "pack":
      return evaluate(expression.parts[lane] ?? unbound(`lane ${lane}`), frame);
    case "shuffle": {
      const from = expression.lanes[lane] ?? 0;
      return evaluate(from < laneCount ? expression.left : expression.right, frame, from % laneCount);
    }
    case "convert":
      return convertValue(expression, part(expression.operand));
  }
}

/** A value of one type as another, through a storage type where the conversion names one. */
function convertValue(expression: Extract<Expression, { kind: "convert" }>, value: number): number {
  const { operand, through } = expression;
  const [from, type] = [laneType(operand.type), laneType(expression.type)];
  const isFloat = from === "f32" || from === "f64";
  if (through !== undefined) {
    const narrows = elementTypes[through].family === "integer" && isFloat;
    return roundTo(through, narrows ? saturateToI32(value) | 0 : value);
  }
  if (type === "bool") return Number(value !== 0);
  return type === "i32" && isFloat ? saturateToI32(value) | 0 : value;
}

function parameterOf(name: string, frame: Frame): PlacedParameter {
  return frame.parameters.get(name) ?? unbound(name);
}

function unbound(name: string): never {
  throw new InternalError("interpret", `${name} is not bound`);
}
