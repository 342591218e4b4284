/**
 * An encoder and its mirrored decoder: convolutions down, transposed convolutions of the same geometry up. A skip
 * connection joins sizes that must agree, which holds for some input sizes only.
 */
import { numberOf } from "../../ir/geometry/linear.js";
import { convOutputSize, convTransposeOutputSize, type Padding, type Window } from "../../ir/geometry/window.js";
import { fixedPadding } from "../../ir/geometry/solver/case.js";
import { runChain, type Layer, type LayerText } from "./chain.js";
import { chainPart } from "./chain-part.js";
import { dimensionNames } from "./layout.js";
import { eachDimension, joinParts, part, type Json, type Part } from "./part.js";

/** Products of strides beyond this are not searched for the sizes that come back. */
const mostPeriod = 65536;

interface MirroredLayer {
  readonly window: Window;
  readonly padding: Padding;
}

/** The chain down, the sizes up again, where they meet a different size, and which inputs come back exactly. */
export function mirrorPart(texts: readonly LayerText[]): Part {
  const layers = runChain(texts, false);
  const rank = layers[0]?.request.rank ?? 0;
  const sides = Array.from({ length: rank }, (_, i) => mirrorDimension(layers, i));
  const known = sides.flatMap((side) => side ?? []);
  if (known.length < rank || layers.some(({ output }) => !output)) return chainPart(texts, undefined);
  return joinParts([
    chainPart(texts, undefined),
    part(
      "up again",
      eachDimension(
        dimensionNames(rank),
        known.map(({ lines }) => lines),
      ),
      { mirror: known.map(({ data }) => data) },
    ),
  ]);
}

function mirrorDimension(
  layers: readonly Layer[],
  i: number,
): { readonly lines: readonly string[]; readonly data: Json } | undefined {
  const mirrored = layers.flatMap((layer) => mirroredLayer(layer, i) ?? []);
  const start = layers[0]?.input[i] && numberOf(layers[0].input[i]);
  if (mirrored.length < layers.length || start === undefined) return undefined;
  const down = downSizes(start, mirrored);
  const up = upSizes(down.at(-1) ?? 0, mirrored);
  const meets = up.findIndex((size, j) => size !== down[down.length - 1 - j]);
  const period = mirrored.reduce((product, { window }) => product * window.stride, 1);
  const multiple =
    period <= mostPeriod && comesBack(period, mirrored) && onlyMultiples(period, mirrored) ? period : undefined;
  const shown = meets < 0 ? up : up.slice(0, meets + 1);
  const skip =
    meets < 0
      ? "every size meets its own"
      : `${up[meets]} meets the skip connection's ${down[down.length - 1 - meets]}`;
  const rule = multiple === undefined ? [] : [multipleText(multiple, start)];
  return { lines: [`${shown.join(" -> ")}: ${skip}`, ...rule], data: { up: shown, multiple: multiple ?? null } };
}

function multipleText(multiple: number, size: number): string {
  const found = size % multiple === 0 ? "" : `, which ${size} is not`;
  return `sizes come back exactly when they are multiples of ${multiple}${found}; otherwise choose each size by output_padding or output_size`;
}

function mirroredLayer({ request, solved }: Layer, i: number): MirroredLayer | undefined {
  const facts = request.problem.dimensions[i];
  const padding = fixedPadding(solved.choice, i);
  if (!facts || !padding || facts.kernel === undefined || facts.stride === undefined) return undefined;
  return { window: { kernel: facts.kernel, stride: facts.stride, dilation: facts.dilation }, padding };
}

function downSizes(start: number, layers: readonly MirroredLayer[]): readonly number[] {
  const sizes = [start];
  for (const { window, padding } of layers) {
    const size = sizes.at(-1) ?? 0;
    sizes.push(size < 1 ? 0 : convOutputSize(size, window.kernel, window.stride, window.dilation, padding));
  }
  return sizes;
}

/** From the innermost size outwards. */
function upSizes(start: number, layers: readonly MirroredLayer[]): readonly number[] {
  const sizes = [start];
  for (const { window, padding } of [...layers].reverse()) {
    const size = sizes.at(-1) ?? 0;
    sizes.push(size < 1 ? 0 : convTransposeOutputSize(size, window.kernel, window.stride, window.dilation, padding, 0));
  }
  return sizes;
}

function comesBack(size: number, layers: readonly MirroredLayer[]): boolean {
  const down = downSizes(size, layers);
  return upSizes(down.at(-1) ?? 0, layers).every((own, j) => own > 0 && own === down[down.length - 1 - j]);
}

/** Between `period` and twice of it no other size comes back; sizes repeat their behaviour with that period. */
function onlyMultiples(period: number, layers: readonly MirroredLayer[]): boolean {
  for (let size = period + 1; size < 2 * period; size++) if (comesBack(size, layers)) return false;
  return comesBack(2 * period, layers);
}
