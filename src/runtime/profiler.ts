/** The clock of a module that is made to be measured. */

/** What a kernel took for a node of the model: milliseconds and calls, summed over all runs. */
export interface ProfileRow {
  readonly node: string;
  readonly kernel: string;
  calls: number;
  ms: number;
}

export interface Profiler {
  /** Does all steps in order and notes what each took. */
  run(steps: readonly (() => void)[]): void;
  /** What was noted since this was last asked for. */
  profile(): readonly ProfileRow[];
}

/** `steps`: the node and the kernel of each step. Steps that agree in both are one row. */
export function makeProfiler(steps: readonly (readonly [node: string, kernel: string])[]): Profiler {
  const { performance } = globalThis;
  let rows: ProfileRow[] = [];
  let rowOf: readonly number[] = [];
  const reset = (): void => {
    const known: Record<string, number> = {};
    rows = [];
    rowOf = steps.map(
      ([node, kernel]) => (known[JSON.stringify([node, kernel])] ??= rows.push({ node, kernel, calls: 0, ms: 0 }) - 1),
    );
  };
  reset();
  return {
    run(work) {
      for (let i = 0; i < work.length; i++) {
        const row = rows[rowOf[i]!]!;
        const start = performance.now();
        work[i]!();
        row.ms += performance.now() - start;
        row.calls++;
      }
    },
    profile() {
      const noted = rows;
      reset();
      return noted;
    },
  };
}
