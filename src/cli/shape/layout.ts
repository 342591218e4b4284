/** Where batch, spatial sizes and channels stand in a shape. */
import { constant, type Linear } from "../../ir/geometry/linear.js";
import { refuse } from "./sizes.js";

/** The parts of a tensor's shape; parts that were not given are undefined. */
export interface Placed {
  readonly batch: Linear | undefined;
  readonly spatial: readonly (Linear | undefined)[];
  readonly channels: Linear | undefined;
}

/** Splits a shape of n spatial sizes, with batch and channels or without. Fails with `command/option`. */
export function placeShape(
  option: string,
  shape: readonly (Linear | undefined)[],
  rank: number,
  channelsLast: boolean,
): Placed {
  if (shape.length === rank) return { batch: undefined, spatial: shape, channels: undefined };
  const [batch, rest] = shape.length === rank + 2 ? [shape[0], shape.slice(1)] : [undefined, shape];
  if (rest.length !== rank + 1) {
    refuse(option, `${rank + 2} sizes (batch, channels and ${rank} spatial ones), or ${rank}`, `${shape.length} sizes`);
  }
  return channelsLast
    ? { batch, spatial: rest.slice(0, rank), channels: rest[rank] }
    : { batch, spatial: rest.slice(1), channels: rest[0] };
}

/** Puts the parts in the layout's order. */
export function joinShape<Part>(
  batch: Part,
  spatial: readonly Part[],
  channels: Part,
  channelsLast: boolean,
): readonly Part[] {
  return channelsLast ? [batch, ...spatial, channels] : [batch, channels, ...spatial];
}

/** NHWC, NCW and the like: whether the last letter is the channels. Fails with `command/option`. */
export function parseLayout(text: string): boolean {
  const name = text.toUpperCase();
  if (/^N[A-Z]+C$/.test(name) || name === "CHANNELS_LAST") return true;
  if (/^NC[A-Z]+$/.test(name) || name === "CHANNELS_FIRST") return false;
  return refuse("--layout", "NHWC, NCHW or the like for other ranks", text);
}

/** `depth`, `height`, `width`, or `length`. */
export function dimensionNames(rank: number): readonly string[] {
  if (rank === 1) return ["length"];
  if (rank <= 3) return ["depth", "height", "width"].slice(3 - rank);
  return Array.from({ length: rank }, (_, i) => `dimension ${i}`);
}

/** A number as a size, where there is one. */
export function maybeConstant(value: number | undefined): Linear | undefined {
  return value === undefined ? undefined : constant(value);
}
