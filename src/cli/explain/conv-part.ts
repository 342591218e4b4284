/** The geometry of a convolution in words: what it makes of sizes, and which other sizes would have done. */
import { effectiveKernel } from "../../ir/geometry/window.js";
import { eachDimension, part, type Part } from "../shape/part.js";
import type { WindowDimension, WindowOp } from "./window-op.js";

export function convPart({ dimensions }: WindowOp): Part {
  const names = dimensions.map(({ name }) => name);
  const lines = dimensions.map((dimension) => [sizeLine(dimension), inputsLine(dimension)]);
  const unread = dimensions.map(unreadPositions);
  const data = { inputs: dimensions.map((dimension) => [...sameOutput(dimension)]), unread };
  return part("size", eachDimension(names, lines), data);
}

/** `padded 4 + 0 + 1 = 5; floor((5 - 3) / 2) + 1 = 2 outputs` */
function sizeLine({ input, output, window, padding: [low, high] }: WindowDimension): string {
  const reach = effectiveKernel(window.kernel, window.dilation);
  const padded = low === 0 && high === 0 ? "" : `padded ${sum(input, low, high)} = ${input + low + high}; `;
  const size = input + low + high;
  const formula = window.stride === 1 ? `${size} - ${reach} + 1` : `floor((${size} - ${reach}) / ${window.stride}) + 1`;
  return `${padded}${formula} = ${output}`;
}

function inputsLine(dimension: WindowDimension): string {
  const [least, most] = sameOutput(dimension);
  const unread = unreadPositions(dimension);
  const ends = `${unread} at the high end ${unread === 1 ? "is" : "are"} read by no window`;
  if (least === most) return `only input ${least} gives ${dimension.output}`;
  return `inputs of ${least} to ${most} all give ${dimension.output}${unread === 0 ? "" : `; ${ends}`}`;
}

/** Input sizes with the same output size: as many as the stride. */
function sameOutput({ output, window, padding: [low, high] }: WindowDimension): readonly [number, number] {
  const least = (output - 1) * window.stride + effectiveKernel(window.kernel, window.dilation) - low - high;
  return [Math.max(1, least), least + window.stride - 1];
}

function unreadPositions(dimension: WindowDimension): number {
  const { window, padding, output, input } = dimension;
  return (
    input + padding[0] + padding[1] - ((output - 1) * window.stride + effectiveKernel(window.kernel, window.dilation))
  );
}

function sum(first: number, ...rest: readonly number[]): string {
  return rest.reduce((text, value) => `${text} ${value < 0 ? "-" : "+"} ${Math.abs(value)}`, String(first));
}
