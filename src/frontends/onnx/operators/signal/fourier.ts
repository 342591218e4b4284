/**
 * DFT and STFT as products with constant matrices:
 *
 *     y[k] = Σ x[t] · exp(∓ 2πi · k · t / n)
 *
 * Numbers are pairs of a real and an imaginary part along the last dimension, or real parts alone.
 */
import { conv } from "../../../../ir/ops/conv.js";
import { formatTensorType } from "../../../../ir/types/tensor.js";
import { algebra } from "../../../importing/algebra.js";
import { reshaped, transposed } from "../../../importing/compose.js";
import { axisOf, numberOf, operand, refuse } from "../../../importing/node-questions.js";
import type { Operand } from "../../../importing/operand.js";
import { flag, integer } from "../../importing/attribute-kinds.js";
import type { NodeContext } from "../../importing/node-context.js";
import { operator, type OperatorRow } from "../../importing/operator.js";

const sides = { inverse: flag(false), onesided: flag(false) };

export const fourierOperators: readonly OperatorRow[] = [
  operator(
    "DFT",
    { since: 17, operands: [1, 2], attributes: { axis: integer(1), ...sides } },
    (context, { axis, inverse, onesided }) => importDft(context, axis, inverse, onesided),
  ),
  operator("DFT", { since: 20, operands: [1, 3], attributes: sides }, (context, { inverse, onesided }) => {
    const axis = context.operands[2] === undefined ? -2 : numberOf(context, 2, "the axis");
    return importDft(context, axis, inverse, onesided);
  }),
  operator("STFT", { since: 17, operands: [2, 4], attributes: { onesided: flag(true) } }, (context, { onesided }) =>
    importStft(context, onesided),
  ),
];

/** One transform: n positions of `parts` numbers each to `bins` positions of `results` numbers each. */
interface Transform {
  readonly n: number;
  readonly parts: number;
  readonly bins: number;
  readonly results: number;
  /** What the number of part `from` at position t adds to part `to` of bin k. */
  weight(t: number, from: number, k: number, to: number): number;
}

function importDft(context: NodeContext, along: number, isInverse: boolean, isOneSided: boolean): Operand {
  const { tensors } = context;
  const x = operand(context, 0);
  const axis = axisOf(context, along, x.shape.length);
  const last = x.shape.length - 1;
  const parts = x.shape[last];
  if (axis === last || (parts !== 1 && parts !== 2))
    refuse(context, "import/operand", { expected: "numbers of one or two parts", found: formatTensorType(x) });
  const isHalf = isInverse && isOneSided;
  const n = lengthOf(context, isHalf ? 2 * (x.shape[axis] - 1) : x.shape[axis]);
  const used = isHalf ? Math.floor(n / 2) + 1 : n;
  const fitted = algebra(tensors).padded(x, axis, 0, used - x.shape[axis]);
  const transform = isHalf
    ? fromHalf(n, used, parts)
    : { ...turning(n, parts, isInverse), bins: isOneSided ? Math.floor(n / 2) + 1 : n };
  const order = [...x.shape.keys()].filter((d) => d !== axis && d !== last);
  const moved = transposed(tensors, fitted, [...order, axis, last]);
  const outer = order.map((d) => x.shape[d]);
  const rows = reshaped(tensors, moved, [...outer, used * parts]);
  const product = algebra(tensors).product(rows, matrixOf(context, transform, x.elementType));
  const result = reshaped(tensors, product, [...outer, transform.bins, transform.results]);
  const back = [...order, axis, last];
  return transposed(
    tensors,
    result,
    [...back.keys()].map((d) => back.indexOf(d)),
  );
}

function lengthOf(context: NodeContext, otherwise: number): number {
  const n = context.operands[1] === undefined ? otherwise : numberOf(context, 1, "the DFT's length");
  if (Number.isSafeInteger(n) && n > 0 && n < 2 ** 20) return n;
  return refuse(context, "import/shape", { expected: "a DFT of 1 to a million positions", found: `${n}` });
}

/** Cosine and sine of 2π · count / n, exact where the angle is a multiple of a quarter turn. */
function turn(count: number, n: number): readonly [cosine: number, sine: number] {
  const at = count % n;
  if ((at * 4) % n === 0)
    return [
      [1, 0],
      [0, 1],
      [-1, 0],
      [0, -1],
    ][(at * 4) / n] as [number, number];
  return [Math.cos((2 * Math.PI * at) / n), Math.sin((2 * Math.PI * at) / n)];
}

/** To as many complex bins; the inverse turns the other way and divides by n. */
function turning(n: number, parts: number, isInverse: boolean): Transform {
  const [sign, scale] = isInverse ? [1, 1 / n] : [-1, 1];
  return {
    n,
    parts,
    bins: n,
    results: 2,
    weight(t, from, k, to) {
      const [cosine, sine] = turn(t * k, n);
      if (from === to) return cosine * scale;
      return (to === 1 ? sign : -sign) * sine * scale;
    },
  };
}

/** Back to n real numbers from the first half of their bins, whose other half is its mirror image. */
function fromHalf(n: number, half: number, parts: number): Transform {
  return {
    n: half,
    parts,
    bins: n,
    results: 1,
    weight(bin, from, t) {
      const [cosine, sine] = turn(bin * t, n);
      const times = bin === 0 || 2 * bin === n ? 1 : 2;
      return ((from === 0 ? cosine : -sine) * times) / n;
    },
  };
}

/** [n · parts, bins · results] */
function matrixOf({ tensors }: NodeContext, transform: Transform, elementType: Operand["elementType"]): Operand {
  const { n, parts, bins, results, weight } = transform;
  const [rows, columns] = [n * parts, bins * results];
  tensors.reserve(rows * columns);
  const values = new Float64Array(rows * columns);
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++)
      values[row * columns + column] = weight(
        Math.floor(row / parts),
        row % parts,
        Math.floor(column / results),
        column % results,
      );
  return tensors.known(elementType, [rows, columns], values);
}

/** A convolution whose filters are the transform's columns under the window: [B, L, parts] → [B, frames, bins, 2]. */
function importStft(context: NodeContext, isOneSided: boolean): Operand {
  const { tensors, operands } = context;
  const x = operand(context, 0);
  const window = operands[2];
  const step = numberOf(context, 1, "the step of frames");
  const n = operands[3] === undefined ? window?.shape[0] : numberOf(context, 3, "the length of frames");
  const [length, parts] = x.shape.slice(1);
  const fits = x.shape.length === 3 && (parts === 1 || parts === 2) && n !== undefined && n > 0 && n <= length;
  if (!fits || !(step >= 1) || (window !== undefined && (window.shape.length !== 1 || window.shape[0] !== n)))
    return refuse(context, "import/operand", {
      expected: "a signal [B, L, 1 or 2] no shorter than a frame, and a window as long as one",
      found: `${formatTensorType(x)}, frames of ${n}, step ${step}`,
    });
  const transform = { ...turning(n, parts, false), bins: isOneSided ? Math.floor(n / 2) + 1 : n };
  const columns = transform.bins * 2;
  const filter = reshaped(tensors, matrixOf(context, transform, x.elementType), [n, parts, columns]);
  const { times } = algebra(tensors);
  const weighted = window === undefined ? filter : times(filter, reshaped(tensors, window, [n, 1, 1]));
  const frames = tensors.apply(conv, [x, weighted], { strides: [step], dilations: [1], padding: [[0, 0]], groups: 1 });
  return reshaped(tensors, frames, [x.shape[0], frames.shape[1], transform.bins, 2]);
}
