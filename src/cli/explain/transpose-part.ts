/** The geometry of a transposed convolution in words: its full size, what is cropped, which sizes would be legal, and the same as a convolution. */
import { effectiveKernel, fullTransposeSize, legalOutputSizes, type Padding } from "../../ir/geometry/window.js";
import { counted } from "../format.js";
import { eachDimension, joinParts, part, type Part } from "../shape/part.js";
import type { WindowDimension, WindowOp } from "./window-op.js";

export function transposePart({ dimensions }: WindowOp): Part {
  const names = dimensions.map(({ name }) => name);
  const each = (line: (dimension: WindowDimension) => string): readonly string[] =>
    eachDimension(
      names,
      dimensions.map((dimension) => [line(dimension)]),
    );
  const full = dimensions.map(({ input, window }) =>
    fullTransposeSize(input, window.kernel, window.stride, window.dilation),
  );
  const legal = dimensions.map(({ input, window, padding }) => legalOutputSizes(input, window, padding));
  return joinParts([
    part("size", each(sizeLine), { fullSizes: full }),
    part("legal", each(legalLine), { legal: legal.map(({ min, max }) => [min, max]) }),
    part("as conv", each(insertionLine), { outlinePadding: dimensions.map((dimension) => [...outlineOf(dimension)]) }),
  ]);
}

/** `(2 - 1)*2 + 3 = 5 in full; cropped by 0 low and 1 high: 4` */
function sizeLine({ input, output, window, padding: [low, high], outputPadding }: WindowDimension): string {
  const reach = effectiveKernel(window.kernel, window.dilation);
  const full = fullTransposeSize(input, window.kernel, window.stride, window.dilation);
  const formula = `(${input} - 1)*${window.stride} + ${reach} = ${full} in full`;
  const cropped = low === 0 && high === 0 ? "nothing cropped" : `cropped by ${low} low and ${high} high`;
  const extra = outputPadding === 0 ? "" : `, ${outputPadding} added high`;
  return `${formula}; ${cropped}${extra}: ${output}`;
}

/** Sizes that a convolution of the same window maps to this input. */
function legalLine({ input, window, padding }: WindowDimension): string {
  const { min, max } = legalOutputSizes(input, window, padding);
  if (min >= max) return `${max} alone: a convolution of this window makes ${input} of no other size`;
  const extras = `output padding 0 to ${max - min}`;
  return `${min} to ${max}: a convolution of this window makes ${input} of each of them (${extras})`;
}

/** The same as a convolution of stride one over the input with zeros put in. */
function insertionLine(dimension: WindowDimension): string {
  const { input, output, window } = dimension;
  const [low, high] = outlineOf(dimension);
  const spread = (input - 1) * window.stride + 1;
  const between = window.stride === 1 ? "" : `${counted(window.stride - 1, "zero")} between neighbours: ${spread}; `;
  const around = `${signed(low)} low and ${signed(high)} high: ${spread + low + high}`;
  const kernel = window.dilation === 1 ? "" : `, dilation ${window.dilation}`;
  return `${between}zeros around, ${around}; kernel of ${window.kernel} turned round${kernel}, stride 1: ${output}`;
}

/** Negative ends cut zeros, or inputs, off. */
function signed(end: number): string {
  return end < 0 ? `cut ${-end}` : String(end);
}

/** Zeros around the input with zeros between, for which a convolution of stride one has the output size. */
export function outlineOf({ window, padding: [low, high], outputPadding }: WindowDimension): Padding {
  const reach = effectiveKernel(window.kernel, window.dilation) - 1;
  return [reach - low, reach - high + outputPadding];
}
