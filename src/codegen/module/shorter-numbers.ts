/**
 * Constants that can be written shorter than f32 without changing a bit: as f16, where each number is one, and as bytes that count
 * a scale of their channel. Models trained or published in f16 have the former, `--weights` makes either.
 */
import type { Tensor } from "../../ir/types/tensor.js";
import { elementCount } from "../../ir/types/shape.js";
import { decodeF16, encodeF16 } from "../../runtime/half-floats.js";

/** How numbers are written where that is exact; `f32` leaves all as they are. */
export type WeightsType = "f32" | "f16" | "int8";

/** A constant as a file holds it. */
export type ShorterNumbers =
  | { readonly kind: "f16"; readonly bits: Uint16Array }
  | {
      readonly kind: "int8";
      readonly counts: Int8Array;
      readonly scales: Float32Array;
      /** Elements of a channel in a row. */
      readonly inner: number;
    };

/** What is written shorter has its line in the module's text: fewer elements save less than that. */
const fewestElements = 512;

/** The shortest form of an f32 tensor that `weights` allows and that has all its bits; undefined where it has none. */
export function shorterNumbers(value: Tensor, weights: WeightsType): ShorterNumbers | undefined {
  const { data } = value;
  if (weights === "f32" || !(data instanceof Float32Array) || data.length < fewestElements) return undefined;
  return (weights === "int8" ? asBytes(data, value.shape) : undefined) ?? asHalves(data);
}

function asHalves(data: Float32Array): ShorterNumbers | undefined {
  const bits = new Uint16Array(data.length);
  for (let i = 0; i < data.length; i++) {
    const number = data[i] ?? 0;
    bits[i] = encodeF16(number);
    if (!Object.is(decodeF16(bits[i] ?? 0), number)) return undefined;
  }
  return { kind: "f16", bits };
}

/** Channels of the last dimension, or of another one. */
function asBytes(data: Float32Array, shape: readonly number[]): ShorterNumbers | undefined {
  for (let d = shape.length - 1; d >= 0; d--) {
    const [channels, inner] = [shape[d] ?? 0, elementCount(shape.slice(d + 1))];
    const found = channels * 8 <= data.length ? channelBytes(data, channels, inner) : undefined;
    if (found !== undefined) return found;
  }
  return undefined;
}

function channelBytes(data: Float32Array, channels: number, inner: number): ShorterNumbers | undefined {
  const scales = new Float32Array(channels);
  const largest = new Float32Array(channels);
  for (let i = 0; i < data.length; i++) {
    const [channel, number] = [Math.floor(i / inner) % channels, data[i] ?? 0];
    if (!Number.isFinite(number) || Object.is(number, -0)) return undefined;
    scales[channel] = commonDivisor(scales[channel] ?? 0, Math.abs(number));
    largest[channel] = Math.max(largest[channel] ?? 0, Math.abs(number));
    if ((largest[channel] ?? 0) > 127 * (scales[channel] ?? 0)) return undefined;
  }
  const counts = Int8Array.from(data, (number, i) => number / (scales[Math.floor(i / inner) % channels] || 1));
  return { kind: "int8", counts, scales, inner };
}

/** The largest number that both are whole multiples of; remainders of doubles are exact. */
function commonDivisor(a: number, b: number): number {
  while (b > 0) [a, b] = [b, a % b];
  return a;
}
