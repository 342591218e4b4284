/**
 * Vectors of elements that do not lie side by side.
 *
 *     two or three apart   two loads and a shuffle
 *     far apart            where the tile has four vectors whose first lanes are neighbours: four loads and the transpose of a 4×4 block
 *     anywhere             one load for each lane
 *
 * Nothing is read but the elements and what lies between them.
 */
import type { Access, Index } from "../../ir/computation/computation.js";
import { pack, shuffle } from "../../ir/loops/build.js";
import type { Expression, VectorType } from "../../ir/loops/kernel.js";
import { laneCount } from "../../ir/loops/lanes.js";

/** What stands at one position of the loops, as scalars. */
export interface LanePlace<Lowering> {
  /** How many elements neighbouring lanes lie apart; undefined where that is not one number. */
  step(access: Access): number | undefined;
  /** Whether an integer differs from lane to lane. */
  varies(index: Index): boolean;
  at(lane: number): Lowering;
  /** Where the access runs through memory along another spelt-out loop: which of four neighbours there this is, and the first of them at each lane. */
  column(access: Access): Column<Lowering> | undefined;
}

interface Column<Lowering> {
  readonly column: number;
  row(lane: number): Lowering;
}

type LoadAt = (index: Expression) => Expression;

const allLanes = Array.from({ length: laneCount }, (_, lane) => lane);

/** The greatest distance at which two loads hold four elements. */
const farthest = laneCount - 1;

/** Whether elements so far apart are had by two loads. */
export function isNear(step: number): boolean {
  return Math.abs(step) <= farthest;
}

/** `step` elements apart, not 0; `addressAt`: so many elements beyond a lane's. */
export function steppedLoad(
  step: number,
  addressAt: (lane: number, offset: number) => Expression,
  load: LoadAt,
): Expression {
  const size = Math.abs(step);
  const ascending = step > 0 ? allLanes : allLanes.toReversed();
  const [lowest = 0, , , highest = 0] = ascending;
  const low = load(addressAt(lowest, 0));
  if (step === 1) return low;
  const high = size === 1 ? low : load(addressAt(highest, -farthest));
  // Elements 0 and 1 in ascending order are in `low`, the other two end `high`.
  const found = size === 1 ? allLanes : [0, size, laneCount + farthest - size, laneCount + farthest];
  return shuffle(low, high, step > 0 ? found : found.toReversed());
}

/** One column of the block whose rows are loaded at each lane. Equal parts of four columns are one expression. */
export function columnOf(column: number, rowAt: (lane: number) => Expression): Expression {
  const rows = allLanes.map(rowAt);
  const half = column < 2 ? [0, 4, 1, 5] : [2, 6, 3, 7];
  const [a, b, c, d] = rows;
  if (a === undefined || b === undefined || c === undefined || d === undefined) throw new RangeError("four lanes");
  return shuffle(shuffle(a, b, half), shuffle(c, d, half), column % 2 === 0 ? [0, 1, 4, 5] : [2, 3, 6, 7]);
}

/** A scalar for each lane. */
export function packed(type: VectorType, valueAt: (lane: number) => Expression): Expression {
  return pack(type, allLanes.map(valueAt));
}
