/**
 * Damages files the way disks, networks and attackers do, by a seed: the same seed always damages the same way.
 * Knows nothing of formats, except that lengths are often varints.
 */

/** A source of whole numbers from 0 below a bound. */
export type Dice = (below: number) => number;

/** Mulberry32: small, good enough to scatter damage, and the same on every engine. */
export function diceOf(seed: number): Dice {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * below);
  };
}

type Damage = (bytes: Uint8Array, dice: Dice) => Uint8Array;

const damages: readonly Damage[] = [
  truncate,
  flipBits,
  flipBits,
  overwrite,
  remove,
  duplicate,
  move,
  insertHugeVarint,
  replaceByHugeVarint,
  insertNoise,
];

/** A damaged copy: one to four damages, half of them near the beginning, where most formats describe themselves. */
export function mutate(bytes: Uint8Array, seed: number): Uint8Array {
  const dice = diceOf(seed);
  let damaged: Uint8Array = bytes.slice();
  for (let count = 1 + dice(4); count > 0; count--)
    damaged = (damages[dice(damages.length)] ?? truncate)(damaged, dice);
  return damaged;
}

/** A piece of one file in the place of a piece of another. */
export function splice(bytes: Uint8Array, other: Uint8Array, seed: number): Uint8Array {
  const dice = diceOf(seed);
  const [start, end] = range(bytes, dice);
  const [from, to] = range(other, dice);
  return joined(bytes.subarray(0, start), other.subarray(from, to), bytes.subarray(end));
}

function truncate(bytes: Uint8Array, dice: Dice): Uint8Array {
  return bytes.slice(0, dice(bytes.length + 1));
}

function flipBits(bytes: Uint8Array, dice: Dice): Uint8Array {
  if (bytes.length === 0) return bytes;
  for (let count = 1 + dice(8); count > 0; count--) {
    const at = Math.min(place(bytes, dice), bytes.length - 1);
    bytes[at] = (bytes[at] ?? 0) ^ (1 << dice(8));
  }
  return bytes;
}

function overwrite(bytes: Uint8Array, dice: Dice): Uint8Array {
  const [start, end] = range(bytes, dice);
  return bytes.fill([0, 0xff, 0x7f, 0x80][dice(4)] ?? 0, start, end);
}

function remove(bytes: Uint8Array, dice: Dice): Uint8Array {
  const [start, end] = range(bytes, dice);
  return joined(bytes.subarray(0, start), bytes.subarray(end));
}

function duplicate(bytes: Uint8Array, dice: Dice): Uint8Array {
  const [start, end] = range(bytes, dice);
  return joined(bytes.subarray(0, end), bytes.subarray(start));
}

function move(bytes: Uint8Array, dice: Dice): Uint8Array {
  const [start, end] = range(bytes, dice);
  const rest = joined(bytes.subarray(0, start), bytes.subarray(end));
  const at = place(rest, dice);
  return joined(rest.subarray(0, at), bytes.subarray(start, end), rest.subarray(at));
}

const hugeVarints = [
  [0xff, 0xff, 0xff, 0xff, 0x0f],
  [0xff, 0xff, 0xff, 0xff, 0x07],
  [0x80, 0x80, 0x80, 0x80, 0x10],
  [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f],
  [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01],
  [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
];

function insertHugeVarint(bytes: Uint8Array, dice: Dice): Uint8Array {
  const at = place(bytes, dice);
  return joined(bytes.subarray(0, at), hugeVarint(dice), bytes.subarray(at));
}

function replaceByHugeVarint(bytes: Uint8Array, dice: Dice): Uint8Array {
  const at = place(bytes, dice);
  return joined(bytes.subarray(0, at), hugeVarint(dice), bytes.subarray(at + 1));
}

function insertNoise(bytes: Uint8Array, dice: Dice): Uint8Array {
  const at = place(bytes, dice);
  const noise = Uint8Array.from({ length: 1 + dice(32) }, () => dice(256));
  return joined(bytes.subarray(0, at), noise, bytes.subarray(at));
}

function hugeVarint(dice: Dice): Uint8Array {
  return Uint8Array.from(hugeVarints[dice(hugeVarints.length)] ?? []);
}

/** A position in the file, its end included. */
function place(bytes: Uint8Array, dice: Dice): number {
  return dice(1 + (dice(2) === 0 ? bytes.length : Math.min(bytes.length, 4096)));
}

/** A piece of the file, short more often than long. */
function range(bytes: Uint8Array, dice: Dice): [number, number] {
  const start = place(bytes, dice);
  const longest = [4, 64, 1024, bytes.length][dice(4)] ?? 4;
  return [start, Math.min(bytes.length, start + 1 + dice(longest))];
}

function joined(...parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
