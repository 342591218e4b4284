/** Weights written shorter than f32: as 16-bit floats, or as bytes that count a scale of their channel. */

/**
 * Where they are: f16 from element `from` of the file's data on; or bytes from `from` on, each times the scale of its channel,
 * `scales` being the f32 element where scales begin, `channels` their number and `inner` the elements of a channel in a row.
 */
export type StoredNumbers =
  readonly ["f16", from: number] | readonly ["int8", from: number, scales: number, channels: number, inner: number];

/** The `length` numbers as f32. `file` begins at a multiple of four in its buffer. */
export function storedNumbers(file: Uint8Array, length: number, stored: StoredNumbers): Float32Array {
  const { buffer, byteOffset } = file;
  if (stored[0] === "f16") return widened(new Uint16Array(buffer, byteOffset + 2 * stored[1], length));
  const [, from, scalesFrom, channels, inner] = stored;
  const counts = new Int8Array(buffer, byteOffset + from, length);
  const scales = new Float32Array(buffer, byteOffset + 4 * scalesFrom, channels);
  const numbers = new Float32Array(length);
  for (let i = 0, channel = 0; i < length; channel = channel + 1 === channels ? 0 : channel + 1) {
    for (const end = i + inner; i < end; i++) numbers[i] = counts[i]! * scales[channel]!;
  }
  return numbers;
}

/** f16 bits as f32: exponents are biased by 15 there and by 127 here. */
function widened(halves: Uint16Array): Float32Array {
  const numbers = new Float32Array(halves.length);
  const bits = new Uint32Array(numbers.buffer);
  for (let i = 0; i < halves.length; i++) {
    const half = halves[i]!;
    const size = half & 0x7fff;
    if (size >= 0x0400 && size < 0x7c00) bits[i] = ((half & 0x8000) << 16) | ((size << 13) + 0x38000000);
    else if (size >= 0x7c00) bits[i] = ((half & 0x8000) << 16) | 0x7f800000 | (size << 13);
    else numbers[i] = (half & 0x8000 ? -size : size) * 2 ** -24;
  }
  return numbers;
}
