/**
 * Runs passes in order and holds each to its word: the program verifies before the first and after each,
 * what a pass needs holds when it starts, and what it gives holds when it is done. Clocks and files are the caller's.
 */
import { fail, InternalError, UnstrideError } from "../../diagnostics/error.js";
import type { Pass, PassContext, Property } from "./pass.js";

/** One pass that has run. */
export interface PassEvent<Ir> {
  readonly pass: Pass<Ir>;
  /** Its position in the pipeline. */
  readonly index: number;
  readonly before: Ir;
  /** The same object as `before` where nothing changed. */
  readonly after: Ir;
}

export interface Snapshot {
  readonly pass: string;
  readonly text: string;
}

export interface PipelineOptions<Ir> {
  readonly context: PassContext;
  /** Throws where the program is broken. */
  verify(ir: Ir): void;
  /** The text form, for snapshots and internal errors. */
  print?(ir: Ir): string;
  /** Passes to take a snapshot after. */
  readonly printAfter?: readonly string[] | "all";
  onSnapshot?(snapshot: Snapshot): void;
  /** The last pass to run. */
  readonly stopAfter?: string;
  /** Called around each pass; a caller with a clock measures here. */
  onBeforePass?(pass: Pass<Ir>, index: number): void;
  /** Called when a pass has been verified; tests evaluate `before` and `after` on the same inputs. */
  onAfterPass?(event: PassEvent<Ir>): void;
}

export interface PipelineResult<Ir> {
  readonly ir: Ir;
  /** Whether `stopAfter` was reached, so that later stages are not to run. */
  readonly stopped: boolean;
}

/** Runs `passes` on `ir`. Names of `printAfter` and `stopAfter` that are not among them belong to other stages; see `checkPassNames`. */
export function runPipeline<Ir>(ir: Ir, passes: readonly Pass<Ir>[], options: PipelineOptions<Ir>): PipelineResult<Ir> {
  options.verify(ir);
  let current = ir;
  for (const [index, pass] of passes.entries()) {
    const before = current;
    options.onBeforePass?.(pass, index);
    current = runPass(before, pass, options);
    options.onAfterPass?.({ pass, index, before, after: current });
    takeSnapshot(current, pass, options);
    if (options.stopAfter === pass.name) return { ir: current, stopped: true };
  }
  return { ir: current, stopped: false };
}

/** Fails with `command/pass` unless each name is that of one of `passes`. */
export function checkPassNames(names: readonly string[], passes: readonly { readonly name: string }[]): void {
  const known = new Set(passes.map(({ name }) => name));
  for (const name of names) {
    if (!known.has(name)) fail("command/pass", { expected: [...known].join(", "), found: JSON.stringify(name) });
  }
}

/**
 * The pass that first makes `isGood` false: the program is good before it and not after it.
 * Undefined where the program is good at the end. Assumes that what has gone bad stays bad.
 */
export function bisectPipeline<Ir>(
  ir: Ir,
  passes: readonly Pass<Ir>[],
  options: PipelineOptions<Ir>,
  isGood: (ir: Ir) => boolean,
): PassEvent<Ir> | undefined {
  const events: PassEvent<Ir>[] = [];
  runPipeline(ir, passes, { ...options, onAfterPass: (event) => events.push(event) });
  let low = 0;
  let high = events.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const event = events[middle];
    if (event !== undefined && isGood(event.after)) low = middle + 1;
    else high = middle;
  }
  return events[low];
}

function runPass<Ir>(before: Ir, pass: Pass<Ir>, options: PipelineOptions<Ir>): Ir {
  const explain = (problem: string, ir: Ir) => new InternalError(pass.name, problem, options.print?.(ir));
  const missing = firstViolation(before, pass.needs);
  if (missing !== undefined) throw explain(`needs ${missing}`, before);
  const after = guarded(before, explain, true, () => pass.run(before, options.context));
  if (after !== before) guarded(after, explain, false, () => options.verify(after));
  const broken = firstViolation(after, pass.gives);
  if (broken !== undefined) throw explain(`does not give ${broken}`, after);
  return after;
}

/** What goes wrong inside a pass is ours, unless it is a diagnostic that the pass makes for the user. */
function guarded<Ir, T>(
  ir: Ir,
  explain: (problem: string, ir: Ir) => InternalError,
  forUser: boolean,
  action: () => T,
): T {
  try {
    return action();
  } catch (error) {
    if (forUser && error instanceof UnstrideError) throw error;
    const wrapped = explain(error instanceof Error ? error.message : String(error), ir);
    wrapped.cause = error;
    throw wrapped;
  }
}

function firstViolation<Ir>(ir: Ir, properties: readonly Property<Ir>[] = []): string | undefined {
  for (const property of properties) {
    const violation = property.violation(ir);
    if (violation !== undefined) return `${property.name}: ${violation}`;
  }
  return undefined;
}

function takeSnapshot<Ir>(ir: Ir, pass: Pass<Ir>, options: PipelineOptions<Ir>): void {
  const { printAfter = [] } = options;
  const wanted = printAfter === "all" || printAfter.includes(pass.name);
  if (wanted) options.onSnapshot?.({ pass: pass.name, text: options.print?.(ir) ?? "" });
}
