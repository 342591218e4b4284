/** What importers of one node ask: an operand, its numbers, an axis. The same in every format that has nodes, operands and axes. */
import { fail } from "../../diagnostics/error.js";
import type { Code } from "../../diagnostics/catalogue.js";
import type { SourceLocation } from "../../diagnostics/location.js";
import { quoted } from "../../diagnostics/quoted.js";
import { isBigIntArray } from "../../ir/types/element-type.js";
import { formatShape } from "../../ir/types/shape.js";
import { formatTensorType, numbers } from "../../ir/types/tensor.js";
import { convertTensor } from "./convert-tensor.js";
import type { Operand } from "./operand.js";
import type { TensorBuilder } from "./tensor-builder.js";

/** A node and what it is given, whatever the format. */
export interface NodeQuestions {
  readonly node: {
    /** The operator as the format calls it. */
    readonly operator: string;
    /** Names of the operands. */
    readonly inputs: readonly string[];
    readonly location: SourceLocation;
  };
  /** As many as the node names; undefined where one is left out. */
  readonly operands: readonly (Operand | undefined)[];
  readonly tensors: TensorBuilder;
}

/** Fails with the node's location. */
export function refuse({ node }: NodeQuestions, code: Code, details: { expected?: string; found?: string }): never {
  return fail(code, { at: node.location, ...details });
}

/** Operand `index`; fails with `import/operand` where it is left out. */
export function operand(context: NodeQuestions, index: number): Operand {
  const found = context.operands[index];
  const expected = `input ${index} of ${context.node.operator}`;
  return found ?? refuse(context, "import/operand", { expected, found: "nothing" });
}

/** The operands, which must have the same element type in the model, whatever they are computed in. */
export function sameTypes(context: NodeQuestions, operands: readonly Operand[]): readonly Operand[] {
  if (operands.every(({ elementType }) => elementType === operands[0].elementType)) return operands;
  const expected = `inputs of ${context.node.operator} to have one element type`;
  const found = operands.slice(0, 8).map(formatTensorType).join(", ");
  return refuse(context, "import/operand", { expected, found });
}

/** The operand that decides shapes, as numbers; integers beyond 2^53 are rounded. Fails with `import/run-time-value`. */
export function numbersOf(context: NodeQuestions, index: number, what: string): readonly number[] {
  const { known, ...type } = operand(context, index);
  if (known === undefined || known.data.length > largestList) {
    const name = quoted(context.node.inputs[index]);
    const found = known === undefined ? `${name}, which depends on inputs` : formatTensorType(type);
    return refuse(context, "import/run-time-value", { expected: `${what} of ${context.node.operator}`, found });
  }
  return isBigIntArray(known.data) ? Array.from(known.data, Number) : Array.from(numbers(convertTensor(known, "f64")));
}

/** Longer lists of sizes or axes mean nothing: a tensor has at most 64 dimensions. Splits have more. */
const largestList = 4096;

/** `numbersOf` of an operand that may be left out. */
export function optionalNumbers(context: NodeQuestions, index: number, what: string): readonly number[] | undefined {
  return context.operands[index] === undefined ? undefined : numbersOf(context, index, what);
}

/** `numbersOf` of an operand with one element. */
export function numberOf(context: NodeQuestions, index: number, what: string): number {
  const values = numbersOf(context, index, what);
  if (values.length === 1) return values[0];
  return refuse(context, "import/operand", { expected: `${what}, one number`, found: `${values.length} numbers` });
}

/** An axis counted from 0. `rank` may be one more than the operand's, where the axis is a place between dimensions. */
export function axisOf(context: NodeQuestions, axis: number, rank: number): number {
  const counted = axis < 0 ? axis + rank : axis;
  if (Number.isInteger(counted) && counted >= 0 && counted < rank) return counted;
  const expected = rank === 0 ? "no axis, since there are no dimensions" : `an axis from ${-rank} to ${rank - 1}`;
  return refuse(context, "import/axis", { expected, found: `${axis}` });
}

/** Axes counted from 0, ascending. Fails where one is named twice. */
export function axesOf(context: NodeQuestions, axes: readonly number[], rank: number): readonly number[] {
  const counted = axes.map((axis) => axisOf(context, axis, rank)).sort((a, b) => a - b);
  if (new Set(counted).size === counted.length) return counted;
  return refuse(context, "import/axis", { expected: "each axis once", found: formatShape(axes) });
}
