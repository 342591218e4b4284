/** Windows and filter banks of signals: constants, whose sizes must be known. */
import { isValidShape } from "../../../../ir/types/shape.js";
import { numberOf, refuse } from "../../../importing/node-questions.js";
import type { Operand } from "../../../importing/operand.js";
import { flag, integer } from "../../importing/attribute-kinds.js";
import { elementTypeOf } from "../../importing/element-type-of.js";
import type { NodeContext } from "../../importing/node-context.js";
import { operator, type OperatorRow } from "../../importing/operator.js";

/** a0 − a1 cos(2πn/N) + a2 cos(4πn/N) */
type Coefficients = readonly [a0: number, a1: number, a2: number];

export const windowOperators: readonly OperatorRow[] = [
  window("HannWindow", [0.5, 0.5, 0]),
  window("HammingWindow", [25 / 46, 21 / 46, 0]),
  window("BlackmanWindow", [0.42, 0.5, 0.08]),
  operator(
    "MelWeightMatrix",
    { since: 17, operands: [5, 5], attributes: { output_datatype: integer(1) } },
    (context, { output_datatype }) => importMelWeights(context, output_datatype),
  ),
];

function window(name: string, [a0, a1, a2]: Coefficients): OperatorRow {
  const attributes = { output_datatype: integer(1), periodic: flag(true) };
  return operator(name, { since: 17, operands: [1, 1], attributes }, (context, { output_datatype, periodic }) => {
    const size = sizeOf(context, 0, "the size of the window");
    const step = (2 * Math.PI) / (periodic ? size : size - 1);
    const values = Array.from({ length: size }, (_, n) => a0 - a1 * Math.cos(n * step) + a2 * Math.cos(2 * n * step));
    return context.tensors.known(elementTypeOf(context, output_datatype), [size], values);
  });
}

/** A whole number from 0, counted against what may be made while importing. */
function sizeOf(context: NodeContext, index: number, what: string): number {
  const size = numberOf(context, index, what);
  if (!isValidShape([size])) refuse(context, "import/shape", { expected: `${what} from 0`, found: `${size}` });
  context.tensors.reserve(size);
  return size;
}

/** Triangles over the bins of a spectrum, [bins, mels], whose corners are evenly apart on the mel scale. */
function importMelWeights(context: NodeContext, dataType: number): Operand {
  const [mels, length] = [sizeOf(context, 0, "the number of mels"), sizeOf(context, 1, "the DFT's length")];
  const rate = numberOf(context, 2, "the sample rate");
  const [low, high] = [numberOf(context, 3, "the lower edge"), numberOf(context, 4, "the upper edge")];
  const bins = Math.floor(length / 2) + 1;
  context.tensors.reserve(bins * mels);
  const step = (melOf(high) - melOf(low)) / (mels + 2);
  const corners = Array.from({ length: mels + 2 }, (_, i) =>
    Math.floor(((length + 1) * hertzOf(melOf(low) + i * step)) / rate),
  );
  const values = Array.from({ length: bins * mels }, (_, at) => {
    const [bin, mel] = [Math.floor(at / mels), at % mels];
    return triangle(bin, corners[mel], corners[mel + 1], corners[mel + 2]);
  });
  return context.tensors.known(elementTypeOf(context, dataType), [bins, mels], values);
}

function triangle(bin: number, left: number, top: number, right: number): number {
  if (bin === top) return 1;
  if (bin >= left && bin < top) return (bin - left) / (top - left);
  return bin > top && bin < right ? (right - bin) / (right - top) : 0;
}

function melOf(hertz: number): number {
  return 2595 * Math.log10(1 + hertz / 700);
}

function hertzOf(mel: number): number {
  return 700 * (10 ** (mel / 2595) - 1);
}
