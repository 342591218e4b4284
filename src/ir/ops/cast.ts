/**
 * `cast`: to another element type. With `bit_cast` the one op that takes storage-only types (f16, bf16, and the integers that are not i32).
 *
 * - to a float: the nearest value, halves to even; f32 beyond the range of f16 becomes infinity;
 * - float to integer: towards zero, saturating at the ends of the type; NaN gives 0;
 * - integer to integer: the low bits are kept (as NumPy, PyTorch and ONNX run times do), or the sign extended;
 * - to bool: whether it differs from 0, NaN included; bool gives 0 and 1.
 */
import { elementType } from "../attributes/kind.js";
import { applyBinary, applyCompare, castScalar, choose, scalarConstant } from "../computation/build-scalar.js";
import type { Scalar, ScalarType } from "../computation/computation.js";
import { defineOp, exact, gradientUnwritten } from "../graph/define-op.js";
import { roundTo, wordCastOf, type Word } from "../types/element-access.js";
import { elementTypes, isElementType, isWide, type ElementType } from "../types/element-type.js";
import { tensorType, type TensorType } from "../types/tensor.js";
import { elementwiseComputation, evaluateWords } from "./elementwise.js";

type CastAttributes = {
  readonly to: ElementType;
};

export const cast = defineOp<CastAttributes, never>({
  name: "cast",
  summary: "Converts the element type: rounds to floats, truncates and saturates floats to integers, wraps integers.",
  operands: [
    {
      name: "x",
      summary: "any shape; the result has the same",
      elementTypes: Object.keys(elementTypes).filter(isElementType),
    },
  ],
  attributes: { to: elementType },
  constraints: {},
  inferTypes: ([x], { to }) => [tensorType(to, x.shape)],
  evaluate: ([x], { to }, [result]) => [evaluateWords([x], result, conversion(x.elementType, to))],
  gradient: gradientUnwritten,
  lowering: {
    kind: "computations",
    lower: (operands, { to }, [result]) => [{ into: 0, computation: castComputation(operands, to, result) }],
  },
  accuracy: exact,
});

/** Ends of what floats saturate to. */
const integerRange: Readonly<Record<string, readonly [low: number, high: number]>> = {
  i8: [-128, 127],
  i16: [-32768, 32767],
  i32: [-(2 ** 31), 2 ** 31 - 1],
  u8: [0, 255],
  u16: [0, 65535],
  u32: [0, 2 ** 32 - 1],
};

/** On scalars as `wordReader` gives them: u32 is read as the i32 of the same bits. */
function conversion(from: ElementType, to: ElementType): (x: Word) => Word {
  const { family: source, computedAs } = elementTypes[from];
  if (source === "float" && elementTypes[to].family === "integer" && !isWide(to)) {
    const [low, high] = integerRange[to];
    return (x) => roundTo(to, Math.trunc(Number.isNaN(x) ? 0 : Math.min(Math.max(Number(x), low), high)));
  }
  const convert = wordCastOf(computedAs, to);
  return isExtended(from, to) ? (x) => convert(Number(x) >>> 0) : convert;
}

/** Whether a u32's top bit counts: not where the low 32 bits are all that is kept. */
function isExtended(from: ElementType, to: ElementType): boolean {
  return from === "u32" && (elementTypes[to].family === "float" || isWide(to));
}

function castComputation(operands: readonly TensorType[], to: ElementType, result: TensorType) {
  const from = operands[0].elementType;
  return elementwiseComputation(`cast_${from}_to_${to}`, operands, result, (x) => castBody(from, to, x));
}

function castBody(from: ElementType, to: ElementType, x: Scalar): Scalar {
  const { family: source, computedAs } = elementTypes[from];
  const { family: target } = elementTypes[to];
  if (source === "float" && target === "integer") return floatToInteger(computedAs, to, x);
  if (isExtended(from, to)) return isWide(to) ? unsignedToWide(to, x) : unsignedToFloat(to, x);
  return castScalar(to, x);
}

/** Clamps before converting; conversion itself saturates at i32, so u32 is taken in two halves. */
function floatToInteger(type: ScalarType, to: ElementType, x: Scalar): Scalar {
  const number = (value: number) => scalarConstant(type, value);
  if (to === "i32" || isWide(to)) return castScalar(to, x);
  if (to !== "u32") {
    const [low, high] = integerRange[to];
    return castScalar(to, applyBinary("minimum", applyBinary("maximum", x, number(low)), number(high)));
  }
  const half = scalarConstant("f64", 2 ** 31);
  const wide = castScalar("f64", x);
  const upper = applyBinary("bitwise_xor", castScalar("i32", applyBinary("subtract", wide, half)), topBit);
  const lower = castScalar("i32", applyBinary("maximum", wide, scalarConstant("f64", 0)));
  return castScalar(to, choose(applyCompare("greater_equal", wide, half), upper, lower));
}

const topBit = scalarConstant("i32", -(2 ** 31));

function unsignedToWide(to: "i64" | "u64", x: Scalar): Scalar {
  return applyBinary("bitwise_and", castScalar(to, x), scalarConstant(to, 2 ** 32 - 1));
}

/** The i32 of the same bits, moved up where its sign bit is set. */
function unsignedToFloat(to: ElementType, x: Scalar): Scalar {
  const wide = castScalar("f64", x);
  const moved = applyBinary("add", wide, scalarConstant("f64", 2 ** 32));
  return castScalar(to, choose(applyCompare("less", x, scalarConstant("i32", 0)), moved, wide));
}
