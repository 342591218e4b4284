/**
 * What ops that slide windows over channels-last data share: [N, spatial…, C] with one kernel size, stride, dilation and
 * padding for each of the n spatial dimensions. Sizes come from geometry; here is how a window reads.
 */
import { paddings, positiveIntegers } from "../../attributes/kind.js";
import { affine } from "../../computation/affine.js";
import type { Affine, Axis } from "../../computation/computation.js";
import { convOutputSize, type Padding, type Window } from "../../geometry/window.js";
import type { Constraint } from "../../graph/graph.js";
import type { Shape } from "../../types/shape.js";

/** One entry for each spatial dimension. */
export type WindowAttributes = {
  readonly strides: readonly number[];
  readonly dilations: readonly number[];
  /** Low and high end; may be negative, which crops. */
  readonly padding: readonly Padding[];
};

export const windowAttributes = { strides: positiveIntegers, dilations: positiveIntegers, padding: paddings };

export const hasSpatialDimensions: Constraint = {
  statement: "the input is [N, spatial…, C] with at least one spatial dimension, none of them empty",
  remedy: "reshape the data: a signal is [N, W, C], an image [N, H, W, C], a volume [N, D, H, W, C]",
};

export const oneEntryPerDimension: Constraint = {
  statement: "kernel, strides, dilations and padding have one entry for each spatial dimension",
  remedy: "give as many entries as the input has dimensions between the batch and the channels",
};

export const windowsFit: Constraint = {
  statement: "the dilated kernel fits into the padded input in each dimension",
  remedy: "use more padding, a smaller kernel or dilation, or a larger input",
};

/** The sizes between the batch and the channels. */
export function spatialSizes(shape: Shape): Shape {
  return shape.slice(1, -1);
}

/** Whether a shape is [N, spatial…, C] and every spatial size at least 1. */
export function isSpatial(shape: Shape): boolean {
  return shape.length >= 3 && spatialSizes(shape).every((size) => size >= 1);
}

/** Whether every list has one entry for each of `rank` spatial dimensions. */
export function haveEntries(rank: number, ...lists: readonly (readonly unknown[])[]): boolean {
  return lists.every((list) => list.length === rank);
}

export function windowOf(kernel: readonly number[], { strides, dilations }: WindowAttributes, d: number): Window {
  return { kernel: kernel[d], stride: strides[d], dilation: dilations[d] };
}

/** Output sizes of the spatial dimensions; 0 where the window does not fit. */
export function slidingSizes(spatial: Shape, kernel: readonly number[], attributes: WindowAttributes): number[] {
  const { strides, dilations, padding } = attributes;
  return spatial.map((size, d) => convOutputSize(size, kernel[d], strides[d], dilations[d], padding[d]));
}

/** `[4,5] + [1,1] [0,0]`, for messages. */
export function paddedWords(spatial: Shape, padding: readonly Padding[]): string {
  return `[${spatial.join(",")}] padded by ${padding.map((pair) => `[${pair.join(",")}]`).join(" ")}`;
}

export function isUnpadded(padding: readonly Padding[]): boolean {
  return padding.every(([low, high]) => low === 0 && high === 0);
}

export function noPadding(rank: number): Padding[] {
  return Array.from({ length: rank }, () => [0, 0]);
}

/**
 * Row-major number of the spatial position that `tap` of the window at `point` = [n, spatial…, c] reads,
 * `stride * position + dilation * tap - low` in each dimension; −1 outside the input.
 */
export function readPosition(
  point: readonly number[],
  tap: readonly number[],
  spatial: Shape,
  { strides, dilations, padding }: WindowAttributes,
): number {
  let number = 0;
  for (let d = 0; d < spatial.length; d++) {
    const position = strides[d] * point[d + 1] + dilations[d] * tap[d] - padding[d][0];
    if (position < 0 || position >= spatial[d]) return -1;
    number = number * spatial[d] + position;
  }
  return number;
}

/** Spatial axes `y0`, `y1`, … of a result [N, spatial…, C]. */
export function spatialAxes(shape: Shape): Axis[] {
  return spatialSizes(shape).map((extent, d) => ({ name: `y${d}`, extent }));
}

/** Sum axes `k0`, `k1`, … over the taps. */
export function tapAxes(kernel: readonly number[]): Axis[] {
  return kernel.map((extent, d) => ({ name: `k${d}`, extent }));
}

/** Makes affine indices of coefficients by axis name; names that are no axis stand for an axis of one value and are dropped. */
export function indicesOver(axes: readonly Axis[]): (coefficients: Readonly<Record<string, number>>) => Affine {
  const numbers = new Map(axes.map(({ name }, axis) => [name, axis]));
  return (coefficients) => {
    const terms = Object.entries(coefficients).flatMap(([name, coefficient]) => {
      const axis = numbers.get(name);
      return axis === undefined ? [] : [{ axis, coefficient }];
    });
    return affine(0, terms);
  };
}

/** How an unpadded window reads each spatial dimension, over axes named by `spatialAxes` and `tapAxes`. */
export function windowIndices(
  index: (coefficients: Readonly<Record<string, number>>) => Affine,
  { strides, dilations }: WindowAttributes,
): Affine[] {
  return strides.map((stride, d) => index({ [`y${d}`]: stride, [`k${d}`]: dilations[d] }));
}

/** `_k3x3_s2`, with `_d` for dilations and one number where all dimensions agree; parts that are all one are left out but `_s1`. */
export function windowName(kernel: readonly number[], { strides, dilations }: WindowAttributes): string {
  const dilation = dilations.some((step) => step !== 1) ? `_d${sizesName(dilations)}` : "";
  return `_k${kernel.join("x")}_s${sizesName(strides)}${dilation}`;
}

function sizesName(sizes: readonly number[]): string {
  return sizes.every((size) => size === sizes[0]) ? `${sizes[0]}` : sizes.join("x");
}

/** `56x56x64` for [1,56,56,64]; a batch of more than one comes first as `n8_`. */
export function dataName([batch, ...rest]: Shape): string {
  return `${batch === 1 ? "" : `n${batch}_`}${rest.join("x")}`;
}
