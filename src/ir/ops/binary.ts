/** Functions of two elements, with NumPy's broadcasting: each row names the scalar function it is. */
import { applyBinary, applyCompare, choose } from "../computation/build-scalar.js";
import type { Scalar, ScalarType } from "../computation/computation.js";
import type { BinaryFunction } from "../computation/functions.js";
import { binaryOf, wordBinaryOf } from "../computation/scalar-functions.js";
import { defineOp, exact, gradientUnwritten, notDifferentiable, ulp } from "../graph/define-op.js";
import type { Accuracy, Gradient, OpDefinition } from "../graph/graph.js";
import type { Word } from "../types/element-access.js";
import { isWide, type ElementType } from "../types/element-type.js";
import { tensorType, type Tensor, type TensorType } from "../types/tensor.js";
import {
  arithmeticTypes,
  evaluateWords,
  exactTypes,
  wholeTypes,
  evaluateElementwise,
  floats,
  inferBroadcast,
  lowerElementwise,
  sameElementTypes,
  scalarTypeOf,
  shapesBroadcast,
  type NoAttributes,
} from "./elementwise.js";
import { formulas, type Formulas } from "./formula.js";

interface Row {
  readonly evaluate: (type: ScalarType) => (a: number, b: number) => number;
  /** The same of 64-bit integers, where they are among the element types. */
  readonly evaluateWords?: (type: ScalarType) => (a: Word, b: Word) => Word;
  readonly body: (a: Scalar, b: Scalar, formulas: Formulas) => Scalar;
  readonly summary: string;
  readonly elementTypes: readonly ElementType[];
  readonly gradient: Gradient<never>;
  readonly accuracy: Accuracy;
}

/** For several element types: both operands have the same. */
function binaryOp(name: string, row: Row): OpDefinition<NoAttributes, "C1" | "C2"> {
  return defineOp<NoAttributes, "C1" | "C2">({
    ...partsOf(name, row),
    constraints: { C1: shapesBroadcast, C2: sameElementTypes },
    inferTypes([a, b], _, require) {
      require("C2", a.elementType === b.elementType);
      return [tensorType(a.elementType, inferBroadcast([a, b], require))];
    },
  });
}

function oneTypeOp(name: string, row: Row): OpDefinition<NoAttributes, "C1"> {
  return defineOp<NoAttributes, "C1">({
    ...partsOf(name, row),
    constraints: { C1: shapesBroadcast },
    inferTypes: ([a, b], _, require) => [tensorType(a.elementType, inferBroadcast([a, b], require))],
  });
}

function partsOf(name: string, row: Row): Omit<OpDefinition<NoAttributes, never>, "constraints" | "inferTypes"> {
  return {
    name,
    summary: row.summary,
    operands: [
      { name: "a", summary: "any shape", elementTypes: row.elementTypes },
      { name: "b", summary: "a shape that broadcasts with a's", elementTypes: row.elementTypes },
    ],
    attributes: {},
    evaluate: ([a, b], _, [result]) => [evaluateRow(row, a, b, result)],
    gradient: row.gradient,
    lowering: lowerElementwise(name, ([a, b], _, type) => row.body(a, b, formulas(type))),
    accuracy: row.accuracy,
  };
}

function evaluateRow({ evaluate, evaluateWords: words }: Row, a: Tensor, b: Tensor, result: TensorType): Tensor {
  const type = scalarTypeOf(a);
  if (words !== undefined && isWide(type)) return evaluateWords([a, b], result, words(type));
  return evaluateElementwise([a, b], result, evaluate(type));
}

const notReal = notDifferentiable("its results are not real numbers");

/** The two parts of a row that is one scalar function. */
const plain = (f: BinaryFunction): Pick<Row, "evaluate" | "evaluateWords" | "body"> => ({
  evaluate: (type) => binaryOf(f, type),
  evaluateWords: (type) => wordBinaryOf(f, type),
  body: (a, b) => applyBinary(f, a, b),
});

const arithmetic = (name: string, f: BinaryFunction, summary: string, accuracy: Accuracy = exact) =>
  binaryOp(name, { ...plain(f), summary, elementTypes: exactTypes, gradient: gradientUnwritten, accuracy });
const logical = (name: string, f: BinaryFunction, summary: string) =>
  oneTypeOp(name, { ...plain(f), summary, elementTypes: ["bool"], gradient: notReal, accuracy: exact });
const bitwise = (name: string, f: BinaryFunction, summary: string) =>
  binaryOp(name, { ...plain(f), summary, elementTypes: wholeTypes, gradient: notReal, accuracy: exact });

export const binaryOps = {
  add: arithmetic("add", "add", "a + b; i32 wraps."),
  subtract: arithmetic("subtract", "subtract", "a - b; i32 wraps."),
  multiply: arithmetic("multiply", "multiply", "a * b; i32 wraps."),
  divide: arithmetic("divide", "divide", "a / b; i32 rounds towards zero, and dividing by zero gives 0."),
  modulo: arithmetic(
    "modulo",
    "modulo",
    "What is left of a / b rounded down: the sign of b, as Python's %; 0 for i32 where b is 0.",
  ),
  remainder: arithmetic(
    "remainder",
    "remainder",
    "What is left of a / b rounded towards zero: the sign of a, as C's %; 0 for i32 where b is 0.",
  ),
  power: arithmetic(
    "power",
    "power",
    "a to the power of b, as Math.pow; i32 wraps, and negative exponents round the result towards zero.",
    ulp(4),
  ),
  maximum: arithmetic("maximum", "maximum", "The greater of a and b; NaN where either is NaN."),
  minimum: arithmetic("minimum", "minimum", "The lesser of a and b; NaN where either is NaN."),
  atan2: binaryOp("atan2", {
    ...plain("arc_tangent_2"),
    summary: "The angle of the point (x = b, y = a), from -pi to pi.",
    elementTypes: floats,
    gradient: gradientUnwritten,
    accuracy: ulp(4),
  }),
  floor_divide: binaryOp("floor_divide", {
    summary: "a / b rounded down; 0 for i32 where b is 0.",
    elementTypes: exactTypes,
    evaluate: (type) => (a, b) => (type === "i32" ? floorDivideIntegers(a, b) : Math.floor(a / b)),
    evaluateWords: floorDivideWide,
    body: (a, b, words) =>
      words.type === "f32" || words.type === "f64" ? words.of("floor", words.over(a, b)) : floorDivideBody(a, b, words),
    gradient: notDifferentiable("it is constant wherever it is continuous"),
    accuracy: exact,
  }),
  prelu: binaryOp("prelu", {
    summary: "a where a >= 0, b * a elsewhere: leaky_relu whose slopes are a tensor.",
    elementTypes: arithmeticTypes,
    evaluate: (type) => (a, b) => (a < 0 ? binaryOf("multiply", type)(b, a) : a),
    body: (a, b, { times, whereBelow }) => whereBelow(a, 0, times(b, a), a),
    gradient: gradientUnwritten,
    accuracy: exact,
  }),
  and: logical("and", "and", "Whether both are true."),
  or: logical("or", "or", "Whether at least one is true."),
  xor: logical("xor", "xor", "Whether exactly one is true."),
  bitwise_and: bitwise("bitwise_and", "bitwise_and", "Bits set in both."),
  bitwise_or: bitwise("bitwise_or", "bitwise_or", "Bits set in at least one."),
  bitwise_xor: bitwise("bitwise_xor", "bitwise_xor", "Bits set in exactly one."),
  shift_left: bitwise(
    "shift_left",
    "shift_left",
    "a times 2 to the power of b, wrapping; of b the low five bits count.",
  ),
  shift_right: bitwise(
    "shift_right",
    "shift_right",
    "a over 2 to the power of b, rounded down (the sign moves in); of b the low five bits count.",
  ),
};

export const { add, subtract, multiply, divide, modulo, remainder, power, maximum, minimum, atan2, prelu } = binaryOps;
export const { floor_divide: floorDivide, and, or, xor } = binaryOps;
export const { bitwise_and: bitwiseAnd, shift_right: shiftRight } = binaryOps;

/** Towards minus infinity; the least i32 over −1 wraps. */
function floorDivideIntegers(a: number, b: number): number {
  return b === 0 ? 0 : Math.floor(a / b) | 0;
}

function floorDivideWide(type: ScalarType): (a: Word, b: Word) => Word {
  const names = ["divide", "subtract", "modulo", "remainder"] as const;
  const [divided, minus, modulus, rest] = names.map((name) => wordBinaryOf(name, type));
  return (a, b) => minus(divided(a, b), modulus(a, b) === rest(a, b) ? 0n : 1n);
}

/** The quotient rounded towards zero, less 1 where both remainders differ: where signs do, and something is left. */
function floorDivideBody(a: Scalar, b: Scalar, { number, over, minus }: Formulas): Scalar {
  const rounds = applyCompare("not_equal", applyBinary("modulo", a, b), applyBinary("remainder", a, b));
  return minus(over(a, b), choose(rounds, number(1), number(0)));
}
