/**
 * Chooses the order of steps that keeps the fewest bytes alive at once: greedily, each time the ready step that adds least.
 * The given order stays where the greedy one is no better.
 */
import type { PlacedModule, PlacedStep } from "../../ir/computation/placed-module.js";
import { livenessOf, peakBytes, readRoots, rootBytes, writtenRoots } from "./liveness.js";
import { PriorityQueue } from "./priority-queue.js";

export function orderKernels(module: PlacedModule): PlacedModule {
  const reordered = { ...module, steps: greedyOrder(module) };
  return peakBytes(reordered, livenessOf(reordered)) < peakBytes(module, livenessOf(module)) ? reordered : module;
}

function greedyOrder(module: PlacedModule): readonly PlacedStep[] {
  const choice = new Choice(module);
  const order: PlacedStep[] = [];
  for (let next = choice.next(); next !== undefined; next = choice.next()) order.push(next);
  return order;
}

/** What is known of a root while steps are taken one by one. */
interface RootState {
  readonly bytes: number;
  isAlive: boolean;
  /** Steps that write it, in the given order; how many of the first of them are done; and who waits for so many. */
  readonly writers: number[];
  written: number;
  readonly waiting: Map<number, number[]>;
  /** Steps that read it and are not done. */
  readonly readers: Set<number>;
}

/** The steps that can be next, by how many bytes each adds. A step can be once what it reads of each root has been written. */
class Choice {
  private readonly module: PlacedModule;
  private readonly roots: readonly RootState[];
  private readonly ready = new PriorityQueue();
  private readonly done = new Set<number>();
  /** By step: of how many roots it still misses something. */
  private readonly missing: number[] = [];
  /** By step: the bytes it adds, once it is ready. */
  private readonly growth = new Map<number, number>();

  constructor(module: PlacedModule) {
    this.module = module;
    this.roots = module.roots.map((_, root) => {
      const bytes = rootBytes(module, root);
      return { bytes, isAlive: false, writers: [], written: 0, waiting: new Map(), readers: new Set() };
    });
    module.steps.forEach((step, number) => this.register(step, number));
    module.steps.forEach((_, number) => this.missing[number] === 0 && this.offer(number));
  }

  next(): PlacedStep | undefined {
    for (let entry = this.ready.pop(); entry !== undefined; entry = this.ready.pop()) {
      const { item, priority } = entry;
      if (this.done.has(item) || this.growth.get(item) !== priority) continue;
      this.take(item);
      return this.module.steps[item];
    }
    return undefined;
  }

  private register(step: PlacedStep, number: number): void {
    const waitsFor = readRoots(step).map((root) => this.roots[root]);
    this.missing.push(waitsFor.filter(({ writers }) => writers.length > 0).length);
    for (const { writers, waiting, readers } of waitsFor) {
      readers.add(number);
      const [count, others] = [writers.length, waiting.get(writers.length)];
      if (others !== undefined) others.push(number);
      else if (count > 0) waiting.set(count, [number]);
    }
    for (const root of writtenRoots(step)) this.roots[root].writers.push(number);
  }

  private take(number: number): void {
    this.done.add(number);
    const step = this.module.steps[number];
    for (const root of writtenRoots(step)) this.write(this.roots[root]);
    for (const root of readRoots(step)) {
      const { readers } = this.roots[root];
      readers.delete(number);
      if (readers.size === 1) readers.forEach((last) => this.offer(last));
    }
  }

  private write(root: RootState): void {
    const wasAlive = root.isAlive;
    root.isAlive = true;
    if (!wasAlive) root.writers.forEach((writer) => this.offer(writer));
    while (root.written < root.writers.length && this.done.has(root.writers[root.written])) {
      for (const reader of root.waiting.get(++root.written) ?? []) {
        if (--this.missing[reader] === 0) this.offer(reader);
      }
    }
  }

  /** Puts a ready step among the others, again where it now adds another number of bytes. */
  private offer(number: number): void {
    if (this.missing[number] !== 0 || this.done.has(number)) return;
    const step = this.module.steps[number];
    const born = writtenRoots(step).filter((root) => !this.roots[root].isAlive);
    const dying = readRoots(step).filter((root) => this.roots[root].readers.size === 1);
    const growth = this.bytes(born) - this.bytes(dying);
    if (this.growth.get(number) === growth) return;
    this.growth.set(number, growth);
    this.ready.push(number, growth);
  }

  private bytes(roots: readonly number[]): number {
    return roots.reduce((sum, root) => sum + this.roots[root].bytes, 0);
  }
}
