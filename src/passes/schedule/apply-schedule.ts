/**
 * A computation and a legal schedule → a kernel.
 *
 * Rolled output loops come first; each splits into a main part and, where its factor does not divide, a tail with loops
 * of its own. Inside them is a tile: one accumulator per point of the unrolled output loops, the sum loops around the
 * spelt-out updates, then the epilogues and stores. Where no sum loop is rolled, each point is one expression.
 */
import { invariant } from "../../diagnostics/error.js";
import { neutralElement } from "../../ir/computation/neutral.js";
import type { Affine, Computation } from "../../ir/computation/computation.js";
import { typeOfBody } from "../../ir/computation/scalar-type.js";
import { accessesOf } from "../../ir/computation/scalar.js";
import { accumulator, assign, binary, literal, store, variable } from "../../ir/loops/build.js";
import type { Expression, Kernel, Parameter } from "../../ir/loops/kernel.js";
import type { Packing } from "../../ir/program/packing.js";
import type { Target } from "../../ir/target.js";
import { elementCount } from "../../ir/types/shape.js";
import { BlockWriter, type BlockItem } from "./block-writer.js";
import { addLinear, constantLinear, variableLinear, type Linear } from "./linear.js";
import { allAxes, reductionFunction, ScalarLowering, type Lowered } from "./lower-scalar.js";
import { resolveNest, tileStart, type Nest, type NestLoop } from "./nest.js";
import { PackingLayout, type Position } from "./packing-layout.js";
import { printSchedule, type Schedule } from "./schedule.js";

export interface ScheduledKernel {
  readonly kernel: Kernel;
  readonly packed: readonly Packing[];
}

/** The schedule must be legal; `collapseAxes` gave the axes the names it uses. */
export function applySchedule(computation: Computation, schedule: Schedule, target: Target): ScheduledKernel {
  const resolved = resolveNest(computation, schedule, target);
  if ("illegal" in resolved) invariant(false, `schedule ${printSchedule(schedule)}`, resolved.illegal);
  return new NestWriter(computation, resolved.nest, target).write();
}

const start: Position = { values: new Map(), innerExtents: new Map() };

/** A point of the tile: where its unrolled loops stand. */
type Point = ReadonlyMap<string, number>;

class NestWriter {
  private readonly names: { readonly operands: readonly string[]; readonly result: string };
  private readonly layouts: ReadonlyMap<number, PackingLayout>;
  private readonly blocks: BlockWriter;
  private readonly repeatVariable: string | undefined;
  private readonly computation: Computation;
  private readonly nest: Nest;
  private readonly target: Target;

  constructor(computation: Computation, nest: Nest, target: Target) {
    this.computation = computation;
    this.nest = nest;
    this.target = target;
    this.names = parameterNames(computation, nest.staged);
    this.layouts = new Map([...nest.staged].map((operand) => [operand, this.layoutOf(operand)]));
    this.repeatVariable = nest.repeated ? `${nest.loops[0]?.name ?? "i"}_call` : undefined;
    const taken = [...this.names.operands, this.names.result];
    this.blocks = new BlockWriter(
      this.repeatVariable === undefined ? taken : [...taken, this.repeatVariable],
      this.repeatVariable,
    );
  }

  write(): ScheduledKernel {
    const [first] = this.nest.loops;
    const isEmpty = this.computation.axes.some(({ extent }) => extent === 0);
    let repeat: Kernel["repeat"];
    if (this.repeatVariable !== undefined && first !== undefined && !isEmpty) {
      repeat = { variable: this.repeatVariable, count: first.extent / first.step };
      this.nestFrom(1, moved(start, first, variableLinear(this.repeatVariable, first.step), first.step));
    } else if (!isEmpty) this.nestFrom(0, start);
    const packed = [...this.layouts].map(([operand, { pieces }]): Packing => ({ operand, pieces }));
    const { name } = this.computation;
    const kernel = { name, parameters: this.parameters(), body: this.blocks.body };
    return { kernel: repeat === undefined ? kernel : { ...kernel, repeat }, packed };
  }

  private parameters(): readonly Parameter[] {
    const { operands, result } = this.computation;
    const read = operands.map(({ elementType, shape }, i): Parameter => {
      const length = this.layouts.get(i)?.length ?? elementCount(shape);
      return { name: this.names.operands[i] ?? "", elementType, length, access: "read" };
    });
    const { elementType, shape } = result;
    return [...read, { name: this.names.result, elementType, length: elementCount(shape), access: "write" }];
  }

  private layoutOf(operand: number): PackingLayout {
    const access = onlyAffineAccess(this.computation, operand);
    invariant(access !== undefined, "stage", `operand ${operand} is not read at one affine index`);
    return new PackingLayout(access, this.nest.loops, allAxes(this.computation));
  }

  /** Rolled output loops from the `at`-th on. */
  private nestFrom(at: number, position: Position): void {
    const loop = this.nest.loops[at];
    if (loop === undefined || at >= tileStart(this.nest.loops)) this.tile(at, position);
    else this.rolled(loop, position, (inner) => this.nestFrom(at + 1, inner));
  }

  /** A loop over main blocks, then the tail; a single iteration is no loop. */
  private rolled(loop: NestLoop, position: Position, write: (inner: Position) => void): void {
    const extent = loop.part === "inner" ? (position.innerExtents.get(loop.axis) ?? loop.step) : loop.extent;
    const step = loop.part === "blocks" ? loop.step : 1;
    const main = Math.floor(extent / step) * step;
    if (main === step) write(moved(position, loop, constantLinear(0), step));
    else if (main > 0) {
      const name = this.blocks.fresh(loop.name);
      this.blocks.loop(name, main, step, () => write(moved(position, loop, variableLinear(name), step)));
    }
    if (main < extent) write(moved(position, loop, constantLinear(main), extent - main));
  }

  private tile(at: number, position: Position): void {
    const rest = this.nest.loops.slice(at);
    const points = pointsOf(
      rest.filter(({ role }) => role === "output"),
      position,
    );
    const isRolled = rest.some(({ role, unrolled }) => role === "sum" && !unrolled);
    if (this.computation.sums.length === 0) this.blocks.flush(this.plainItems(points, position), true);
    else if (!isRolled) this.blocks.flush(this.spelledItems(points, position, rest), true);
    else this.reduceTile(points, position, at);
  }

  /** Without sums: the body is what the epilogue calls the accumulator. */
  private plainItems(points: readonly Point[], position: Position): readonly BlockItem[] {
    return points.map((point) => {
      const lowering = this.loweringAt(at(position, point));
      return this.storeItem(at(position, point), lowering.lower(this.computation.body));
    });
  }

  /** All sums spelt out: one expression per point, in the sums' order. */
  private spelledItems(points: readonly Point[], position: Position, rest: readonly NestLoop[]): readonly BlockItem[] {
    const sums = pointsOf(
      rest.filter(({ role }) => role === "sum"),
      position,
    );
    const { reduction, body } = this.computation;
    return points.map((point) => {
      const terms = sums.map((term) => this.loweringAt(at(at(position, point), term)).lower(body).value);
      // 0 + x is not x where x is −0; the other neutral elements change nothing.
      const [first, ...others] = reduction === "sum" ? [this.neutral().value, ...terms] : terms;
      const value = others.reduce((sum, term) => this.combine(sum, term), first ?? this.neutral().value);
      return this.storeItem(at(position, point), { ...this.neutral(), value });
    });
  }

  private reduceTile(points: readonly Point[], position: Position, first: number): void {
    const accumulators = new Map<string, string>();
    for (const point of points) {
      const name = this.blocks.numbered("a");
      this.blocks.append(accumulator(name, this.neutral().value));
      this.blocks.bindHere(name);
      accumulators.set(keyOf(point), name);
    }
    this.sumsFrom(first, position, accumulators);
    const { type, value } = this.neutral();
    const items = points.map((point) => {
      const name = accumulators.get(keyOf(point)) ?? "";
      return this.storeItem(at(position, point), { type, value: variable(name, value.type) });
    });
    this.blocks.flush(items, false);
  }

  /** Sum loops from the `first`-th loop on; the unrolled loops after the last rolled one become updates. */
  private sumsFrom(first: number, position: Position, accumulators: ReadonlyMap<string, string>): void {
    const rest = this.nest.loops.slice(first);
    const [loop] = rest;
    if (loop === undefined || rest.every(({ unrolled }) => unrolled)) {
      return this.blocks.flush(this.updateItems(rest, position, accumulators), true);
    }
    if (!loop.unrolled) return this.rolled(loop, position, (inner) => this.sumsFrom(first + 1, inner, accumulators));
    for (const point of pointsOf([loop], position)) this.sumsFrom(first + 1, at(position, point), accumulators);
  }

  private updateItems(
    unrolled: readonly NestLoop[],
    position: Position,
    accumulators: ReadonlyMap<string, string>,
  ): readonly BlockItem[] {
    const items: BlockItem[] = [];
    const outputs = new Set(unrolled.flatMap(({ role, name }) => (role === "output" ? [name] : [])));
    const fencedAt = unrolled.findLastIndex(({ fenced }) => fenced);
    let before: string | undefined;
    for (const point of pointsOf(unrolled, position)) {
      const entries = [...point];
      const step = JSON.stringify(entries.slice(0, fencedAt + 1));
      if (before !== undefined && step !== before) items.push("fence");
      before = step;
      const name = accumulators.get(keyOf(new Map(entries.filter(([loop]) => outputs.has(loop))))) ?? "";
      const { value } = this.loweringAt(at(position, point)).lower(this.computation.body);
      const updated = this.combine(variable(name, value.type), value);
      items.push({ value: updated, write: (shared) => assign(name, shared) });
    }
    return items;
  }

  private storeItem(position: Position, reduced: Lowered): BlockItem {
    const { result, epilogue, store: indices } = this.computation;
    const lowering = this.loweringAt(position, reduced);
    const value = this.blocks.intern(lowering.lowerStored(epilogue, result.elementType));
    const [index] = indices;
    invariant(index !== undefined, "apply-schedule", "the store has no index");
    const address = this.blocks.pointer(this.names.result, this.addressAt(index, position));
    return { value, write: (shared) => store({ name: this.names.result }, address, shared) };
  }

  private loweringAt(position: Position, reduced?: Lowered): ScalarLowering {
    const { operands } = this.computation;
    return new ScalarLowering({
      computation: this.computation,
      carried: this.target.accumulator,
      parameters: operands.map(({ elementType }, i) => ({ name: this.names.operands[i] ?? "", elementType })),
      axisAt: (axis) => this.axisAt(axis, position),
      stagedAddress: (operand) => this.layouts.get(operand)?.addressOf(position),
      pointer: (parameter, address) => this.blocks.pointer(parameter, address),
      ...(reduced === undefined ? {} : { accumulator: reduced }),
    });
  }

  private axisAt(axis: number, { values }: Position): Linear {
    return this.nest.loops.reduce(
      (sum, loop) => (loop.axis === axis ? addLinear(sum, values.get(loop.name) ?? constantLinear(0)) : sum),
      constantLinear(0),
    );
  }

  private addressAt(index: Affine, position: Position): Linear {
    return index.terms.reduce((sum, { axis, coefficient }) => {
      const { constant, terms } = this.axisAt(axis, position);
      const scaled = new Map([...terms].map(([name, c]) => [name, c * coefficient]));
      return addLinear(sum, { constant: constant * coefficient, terms: scaled });
    }, constantLinear(index.constant));
  }

  /** The reduction of nothing, in the type sums are carried in. */
  private neutral(): Lowered {
    const type = typeOfBody(this.computation);
    const value = neutralElement(this.computation.reduction, type);
    return { type, value: literal(this.target.accumulator[type], value) };
  }

  private combine(sum: Expression, value: Expression): Expression {
    return this.blocks.intern(binary(reductionFunction(this.computation.reduction, sum.type), sum, value));
  }
}

/** The position after a loop has taken a value; blocks also say how long their inner loop is. */
function moved({ values, innerExtents }: Position, loop: NestLoop, value: Linear, inner: number): Position {
  return {
    values: new Map(values).set(loop.name, value),
    innerExtents: loop.part === "blocks" ? new Map(innerExtents).set(loop.axis, inner) : innerExtents,
  };
}

/** The position with unrolled loops at a point. */
function at({ values, innerExtents }: Position, point: Point): Position {
  const moved = new Map(values);
  for (const [name, value] of point) moved.set(name, constantLinear(value));
  return { values: moved, innerExtents };
}

/** All values of unrolled loops, the last fastest. */
function pointsOf(loops: readonly NestLoop[], { innerExtents }: Position): readonly Point[] {
  return loops.reduce<readonly Point[]>(
    (points, { name, axis, part, step, extent }) => {
      const count = part === "inner" ? (innerExtents.get(axis) ?? step) : extent;
      return points.flatMap((point) => Array.from({ length: count }, (_, i) => new Map(point).set(name, i)));
    },
    [new Map()],
  );
}

function keyOf(point: Point): string {
  return [...point]
    .map(([name, value]) => `${name}=${value}`)
    .sort()
    .join();
}

/** The one affine index a computation reads an operand at, in its body; undefined where there are more or others. */
export function onlyAffineAccess(computation: Computation, operand: number): Affine | undefined {
  const own = (accesses: ReturnType<typeof accessesOf>) => accesses.filter((access) => access.operand === operand);
  const [access, ...others] = own(accessesOf(computation.body));
  const [index] = access?.indices ?? [];
  const isOnly = others.length === 0 && own(accessesOf(computation.epilogue)).length === 0;
  return isOnly && index?.kind === "affine" ? index : undefined;
}

/** `w` for packed operands, `x`, `u`, `v`, … for others, `y` for the result; never the name of an axis. */
function parameterNames(
  { operands, axes, sums }: Computation,
  staged: ReadonlySet<number>,
): { readonly operands: readonly string[]; readonly result: string } {
  const taken = new Set([...axes, ...sums].map(({ name }) => name));
  const fresh = (stems: string): string => {
    const letters = [...stems];
    const numbered = operands.map((_, i) => `${letters.at(-1) ?? ""}_${i + 1}`);
    const name = [...letters, ...numbered].find((candidate) => !taken.has(candidate)) ?? stems;
    taken.add(name);
    return name;
  };
  return { operands: operands.map((_, i) => fresh(staged.has(i) ? "w" : "xuvstpq")), result: fresh("yr") };
}
