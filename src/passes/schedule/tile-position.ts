/**
 * Addresses inside a tile. The unrolled loops stay variables while an address is worked out, once per access;
 * at a point of the tile only the constant changes.
 */
import type { Access, Affine } from "../../ir/computation/computation.js";
import { coefficientOf } from "./collapse-axes.js";
import { addLinear, constantLinear, scaleLinear, variableLinear, type Linear } from "./linear.js";
import type { NestLoop } from "./nest.js";
import type { PackingLayout, Position } from "./packing-layout.js";

/** Values of unrolled loops, one each. */
export type Point = readonly number[];

/** All values of unrolled loops, the last fastest; of lanes the first ones, where a whole vector is left or what is left is padded. */
export function pointsOf(loops: readonly NestLoop[], position: Position): readonly Point[] {
  return loops.reduce<readonly Point[]>(
    (points, loop) => points.flatMap((point) => valuesOf(loop, position).map((i) => [...point, i])),
    [[]],
  );
}

function valuesOf(loop: NestLoop, position: Position): readonly number[] {
  const count = countOf(loop, position);
  const whole = count - (count % loop.lanes);
  const single = (i: number): boolean => i >= whole && !loop.padded;
  return Array.from({ length: count }, (_, i) => i).filter((i) => single(i) || i % loop.lanes === 0);
}

function countOf({ axis, part, step, extent }: NestLoop, { innerExtents }: Position): number {
  return part === "inner" ? (innerExtents.get(axis) ?? step) : extent;
}

/** The position after a loop has taken a value. */
export function moved({ values, innerExtents }: Position, loop: NestLoop, value: Linear): Position {
  return { values: new Map(values).set(loop.name, value), innerExtents };
}

/** An address as a function of the point. */
interface PointAddress {
  /** Coefficient of each unrolled loop. */
  readonly steps: readonly number[];
  readonly constant: number;
  /** Rolled loops only. */
  readonly terms: Linear["terms"];
}

/** Names no loop variable has. */
const symbol = (loop: NestLoop): string => `$${loop.name}`;

export class TilePosition {
  private readonly affineAddresses = new Map<Affine, PointAddress>();
  private readonly stagedAddresses = new Map<number, PointAddress>();
  private readonly axes = new Map<number, Linear>();
  private readonly loops: readonly NestLoop[];
  private readonly unrolled: readonly NestLoop[];
  private readonly layouts: ReadonlyMap<number, PackingLayout>;
  private readonly position: Position;
  private readonly origin: Position;

  /** `loops`: the whole nest; `unrolled`: those that points give values to. */
  constructor(
    loops: readonly NestLoop[],
    unrolled: readonly NestLoop[],
    layouts: ReadonlyMap<number, PackingLayout>,
    position: Position,
  ) {
    this.loops = loops;
    this.unrolled = unrolled;
    this.layouts = layouts;
    this.origin = position;
    this.position = unrolled.reduce((at, loop) => moved(at, loop, variableLinear(symbol(loop))), position);
  }

  /** The axis whose values at a point are lanes; undefined where the point is one element. */
  laneAxis(point: Point): number | undefined {
    return this.unrolled.find(({ padded }) => padded)?.axis ?? this.storedLaneAxis(point);
  }

  /** The axis whose values at a point are lanes that all are results. */
  storedLaneAxis(point: Point): number | undefined {
    const at = this.laneLoop();
    const loop = this.unrolled[at];
    if (loop === undefined) return undefined;
    return (point[at] ?? 0) + loop.lanes <= countOf(loop, this.origin) ? loop.axis : undefined;
  }

  /** Where a point is a vector that reaches beyond the results: the point of each of its lanes that is one. */
  lanePoints(point: Point): readonly Point[] | undefined {
    if (this.laneAxis(point) === undefined || this.storedLaneAxis(point) !== undefined) return undefined;
    const at = this.laneLoop();
    const loop = this.unrolled[at];
    const left = loop === undefined ? 0 : countOf(loop, this.origin) - (point[at] ?? 0);
    return Array.from({ length: left }, (_, lane) => point.map((value, i) => (i === at ? value + lane : value)));
  }

  /** The point so many lanes on. */
  atLane(point: Point, lane: number): Point {
    const at = this.laneLoop();
    return lane === 0 ? point : point.map((value, i) => (i === at ? value + lane : value));
  }

  /**
   * Where neighbours along another unrolled loop are neighbours in memory, and the point stands in a whole group of
   * as many as there are lanes: its number in the group, and the point of the group's first.
   */
  columnAt({ operand, indices }: Access, point: Point): { readonly column: number; readonly first: Point } | undefined {
    const [index] = indices;
    if (index?.kind !== "affine" || this.layouts.has(operand)) return undefined;
    const lanes = this.unrolled[this.laneLoop()]?.lanes ?? 1;
    const across = this.unrolled.findIndex((loop, i) => {
      const first = (point[i] ?? 0) - ((point[i] ?? 0) % lanes);
      return loop.lanes === 1 && coefficientOf(index, loop.axis) === 1 && first + lanes <= countOf(loop, this.origin);
    });
    if (across < 0) return undefined;
    const column = (point[across] ?? 0) % lanes;
    return { column, first: point.map((value, i) => (i === across ? value - column : value)) };
  }

  private laneLoop(): number {
    return this.unrolled.findIndex(({ lanes }) => lanes > 1);
  }

  /** Value of an affine index at a point. */
  affineAt(index: Affine, point: Point): Linear {
    let address = this.affineAddresses.get(index);
    if (address === undefined) {
      address = this.split(this.linearOf(index));
      this.affineAddresses.set(index, address);
    }
    return atPoint(address, point);
  }

  /** Address of a packed operand's element at a point; undefined for operands that are not packed. */
  stagedAt(operand: number, point: Point): Linear | undefined {
    const layout = this.layouts.get(operand);
    if (layout === undefined) return undefined;
    let address = this.stagedAddresses.get(operand);
    if (address === undefined) {
      address = this.split(layout.addressOf(this.position));
      this.stagedAddresses.set(operand, address);
    }
    return atPoint(address, point);
  }

  private linearOf(index: Affine): Linear {
    return index.terms.reduce(
      (sum, { axis, coefficient }) => addLinear(sum, scaleLinear(this.axisOf(axis), coefficient)),
      constantLinear(index.constant),
    );
  }

  private axisOf(axis: number): Linear {
    const known = this.axes.get(axis);
    if (known !== undefined) return known;
    const own = this.loops.filter((loop) => loop.axis === axis);
    const values = own.map(({ name }) => this.position.values.get(name) ?? constantLinear(0));
    const value = values.reduce(addLinear, constantLinear(0));
    this.axes.set(axis, value);
    return value;
  }

  private split({ constant, terms }: Linear): PointAddress {
    const rolled = new Map(terms);
    const steps = this.unrolled.map((loop) => {
      rolled.delete(symbol(loop));
      return terms.get(symbol(loop)) ?? 0;
    });
    return { steps, constant, terms: rolled };
  }
}

function atPoint({ steps, constant, terms }: PointAddress, point: Point): Linear {
  let value = constant;
  for (let i = 0; i < steps.length; i++) value += (steps[i] ?? 0) * (point[i] ?? 0);
  return { constant: value, terms };
}
