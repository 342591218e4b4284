/** Ties a weights file to its module. */

/**
 * XXH32 with seed 0 (github.com/Cyan4973/xxHash, doc/xxhash_spec.md): about one millisecond for four megabytes.
 * `bytes` begins at a multiple of four in its buffer.
 */
export function digest(bytes: Uint8Array): number {
  const words = new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.length >>> 2);
  const turn = (value: number, by: number): number => (value << by) | (value >>> (32 - by));
  const round = (lane: number, word: number): number =>
    Math.imul(turn(lane + Math.imul(word, 0x85ebca77), 13), 0x9e3779b1);
  const striped = words.length & ~3;
  let a = 0x24234428;
  let b = 0x85ebca77 | 0;
  let c = 0;
  let d = -0x9e3779b1 | 0;
  for (let i = 0; i < striped; i += 4) {
    a = round(a, words[i]!);
    b = round(b, words[i + 1]!);
    c = round(c, words[i + 2]!);
    d = round(d, words[i + 3]!);
  }
  let hash = striped > 0 ? turn(a, 1) + turn(b, 7) + turn(c, 12) + turn(d, 18) : 0x165667b1;
  hash = (hash + bytes.length) | 0;
  for (let i = striped; i < words.length; i++) {
    hash = Math.imul(turn(hash + Math.imul(words[i]!, 0xc2b2ae3d), 17), 0x27d4eb2f);
  }
  for (let i = words.length << 2; i < bytes.length; i++) {
    hash = Math.imul(turn(hash + Math.imul(bytes[i]!, 0x165667b1), 11), 0x9e3779b1);
  }
  hash = Math.imul(hash ^ (hash >>> 15), 0x85ebca77);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae3d);
  return (hash ^ (hash >>> 16)) >>> 0;
}
