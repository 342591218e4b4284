/**
 * Evaluates computations point by point over whole tensors: their meaning, written for reading.
 * Values are numbers throughout (booleans 0 and 1); f32 is computed in f64 and rounded by the store, i32 wraps.
 */
import { invariant } from "../../diagnostics/error.js";
import { elementTypes } from "../types/element-type.js";
import { readElement, writeElement } from "../types/element.js";
import { flatIndexOf, forEachPoint, isInside } from "../types/points.js";
import { equalTensorTypes, formatTensorType, tensor, type Tensor } from "../types/tensor.js";
import { evaluateAffine } from "./affine.js";
import type { Access, Computation, Index, Reduction, Scalar, ScalarType } from "./computation.js";
import { applyBinary, applyUnary, compareFunctions } from "./scalar-functions.js";

/** What an expression may refer to. */
interface Environment {
  readonly operands: readonly Tensor[];
  /** Values of the output axes, then of the sum axes. */
  readonly point: readonly number[];
  readonly accumulator?: Typed;
}

interface Typed {
  readonly type: ScalarType;
  readonly value: number;
}

/**
 * The result with what the computation stores; other elements are those of `into`, or 0.
 * Accesses and stores outside a tensor are errors of the compiler.
 */
export function evaluateComputation(computation: Computation, operands: readonly Tensor[], into?: Tensor): Tensor {
  checkOperands(computation, operands);
  const { elementType, shape } = computation.result;
  const result = into === undefined ? tensor(elementType, shape) : { ...into, data: into.data.slice() };
  forEachPoint(
    computation.axes.map(({ extent }) => extent),
    (point) => {
      const { value } = evaluateScalar(computation.epilogue, pointEnvironment(computation, operands, point));
      const target = computation.store.map((index) => evaluateAffine(index, point));
      invariant(isInside(target, shape), computation.name, `stores outside its result at [${target.join()}]`);
      writeElement(elementType, result.data, flatIndexOf(target, shape), value);
    },
  );
  return result;
}

function pointEnvironment(
  computation: Computation,
  operands: readonly Tensor[],
  point: readonly number[],
): Environment {
  const { sums, body, reduction } = computation;
  if (sums.length === 0) return { operands, point, accumulator: evaluateScalar(body, { operands, point }) };
  const type = scalarTypeOf(computation);
  const operation = reductionFunctions[reduction];
  let value = neutralElement(reduction, type);
  forEachPoint(
    sums.map(({ extent }) => extent),
    (sumPoint) => {
      const term = evaluateScalar(body, { operands, point: [...point, ...sumPoint] });
      value = applyBinary(operation, type, value, term.value);
    },
  );
  return { operands, point, accumulator: { type, value } };
}

const reductionFunctions = { sum: "add", product: "multiply", maximum: "maximum", minimum: "minimum" } as const;

/** What an empty reduction gives. */
export function neutralElement(reduction: Reduction, type: ScalarType): number {
  if (reduction === "sum") return 0;
  if (reduction === "product") return 1;
  const sign = reduction === "maximum" ? -1 : 1;
  if (type === "i32") return sign < 0 ? -(2 ** 31) : 2 ** 31 - 1;
  return type === "bool" ? Number(sign > 0) : sign * Infinity;
}

/** The type the body has, read off its first typed part. */
function scalarTypeOf({ body, operands }: Computation): ScalarType {
  const zeros = operands.map(({ elementType }) => elementTypes[elementType].computedAs);
  return typeOfScalar(body, zeros);
}

/** The type of an expression whose operands are computed in `operandTypes`. */
export function typeOfScalar(
  scalar: Scalar,
  operandTypes: readonly ScalarType[],
  accumulator: ScalarType = "f32",
): ScalarType {
  switch (scalar.kind) {
    case "load":
      return operandTypes[scalar.access.operand] ?? "f32";
    case "constant":
      return scalar.type;
    case "index":
      return "i32";
    case "unary":
      return isPredicate(scalar.function) ? "bool" : typeOfScalar(scalar.operand, operandTypes, accumulator);
    case "binary":
      return typeOfScalar(scalar.left, operandTypes, accumulator);
    case "compare":
      return "bool";
    case "select":
      return typeOfScalar(scalar.whenTrue, operandTypes, accumulator);
    case "cast":
      return elementTypes[scalar.to].computedAs;
    case "accumulator":
      return accumulator;
  }
}

const isPredicate = (name: string): boolean => name === "is_nan" || name === "is_infinite" || name === "not";

function evaluateScalar(scalar: Scalar, environment: Environment): Typed {
  const evaluate = (part: Scalar): Typed => evaluateScalar(part, environment);
  switch (scalar.kind) {
    case "load":
      return load(scalar.access, environment);
    case "constant":
      return { type: scalar.type, value: scalar.value };
    case "index":
      return { type: "i32", value: evaluateIndex(scalar.index, environment) };
    case "unary": {
      const { type, value } = evaluate(scalar.operand);
      const result = applyUnary(scalar.function, type, value);
      return { type: isPredicate(scalar.function) ? "bool" : type, value: result };
    }
    case "binary": {
      const { type, value } = evaluate(scalar.left);
      return { type, value: applyBinary(scalar.function, type, value, evaluate(scalar.right).value) };
    }
    case "compare": {
      const holds = compareFunctions[scalar.function](evaluate(scalar.left).value, evaluate(scalar.right).value);
      return { type: "bool", value: Number(holds) };
    }
    case "select":
      return evaluate(evaluate(scalar.condition).value !== 0 ? scalar.whenTrue : scalar.whenFalse);
    case "cast":
      return cast(scalar, evaluate(scalar.operand).value);
    case "accumulator":
      invariant(environment.accumulator !== undefined, "evaluate", "the accumulator is read in a body");
      return environment.accumulator;
  }
}

function cast({ to }: Extract<Scalar, { kind: "cast" }>, value: number): Typed {
  const stored = tensor(to, [1]);
  writeElement(to, stored.data, 0, value);
  return { type: elementTypes[to].computedAs, value: readElement(to, stored.data, 0) };
}

function load({ operand, indices }: Access, environment: Environment): Typed {
  const source = environment.operands[operand];
  invariant(source !== undefined, "evaluate", `there is no operand ${operand}`);
  const { elementType, shape, data } = source;
  const position = indices.map((index) => evaluateIndex(index, environment));
  invariant(isInside(position, shape), "evaluate", `reads ${formatTensorType(source)} at [${position.join()}]`);
  return {
    type: elementTypes[elementType].computedAs,
    value: readElement(elementType, data, flatIndexOf(position, shape)),
  };
}

function evaluateIndex(index: Index, environment: Environment): number {
  const evaluate = (part: Index): number => evaluateIndex(part, environment);
  switch (index.kind) {
    case "affine":
      return evaluateAffine(index, environment.point);
    case "add":
      return evaluate(index.left) + evaluate(index.right);
    case "scale":
      return evaluate(index.of) * index.by;
    case "floor_divide":
      return Math.floor(evaluate(index.of) / index.by);
    case "modulo":
      return evaluate(index.of) - index.by * Math.floor(evaluate(index.of) / index.by);
    case "minimum":
      return Math.min(evaluate(index.left), evaluate(index.right));
    case "maximum":
      return Math.max(evaluate(index.left), evaluate(index.right));
    case "loaded":
      return load(index.access, environment).value;
  }
}

function checkOperands({ name, operands: types }: Computation, operands: readonly Tensor[]): void {
  types.forEach((type, i) => {
    const found = operands[i];
    const right = found !== undefined && equalTensorTypes(found, type);
    invariant(right, name, `operand ${i} is ${found && formatTensorType(found)}, not ${formatTensorType(type)}`);
  });
}
