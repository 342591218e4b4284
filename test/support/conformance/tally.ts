/** What came of a suite on each target, counted: all that the page of docs/ says of it. */
import type { Executor } from "../executors.js";
import { wrongOf } from "./test-suites.js";
import { judge, type ConformanceSuite, type NotTried, type Verdict, type Verdicts } from "./suite.js";

/** Plain data, as JSON keeps it. */
export interface Tally {
  readonly suite: string;
  readonly cases: number;
  /** By target, in their order. */
  readonly targets: Readonly<Record<string, Counts>>;
  /** By reason. */
  readonly exclusions: Readonly<Record<string, Excluded>>;
  /** Cases that are not as the tables have them, and what is wrong. */
  readonly wrong: Readonly<Record<string, readonly string[]>>;
  readonly notTried: readonly NotTried[];
}

export interface Counts {
  readonly passed: number;
  readonly excluded: number;
  readonly failed: number;
}

/** Cases that a reason excludes. */
export interface Excluded {
  /** How many, by target. */
  readonly counts: Readonly<Record<string, number>>;
  /** The rows of the tables that gave the reason, sorted. */
  readonly rows: readonly string[];
}

/** Runs all cases of a suite; `seen` is told the verdicts of each. */
export async function tallyOf(
  suite: ConformanceSuite,
  folder: string,
  targets: readonly Executor[],
  seen: (verdicts: Verdicts) => void = () => undefined,
): Promise<Tally> {
  const cases = suite.cases(folder);
  const counts = Object.fromEntries(targets.map(({ name }) => [name, { passed: 0, excluded: 0, failed: 0 }]));
  const exclusions: Record<string, Growing> = {};
  const wrong: Record<string, readonly string[]> = {};
  for (const each of cases) {
    const verdicts = await judge(suite, each, targets);
    seen(verdicts);
    if (wrongOf(verdicts).length > 0) wrong[each.name] = wrongOf(verdicts);
    for (const [{ name }, verdict] of verdicts) {
      counts[name][countedAs(verdict)]++;
      if (verdict.kind === "excluded") exclude(exclusions, name, verdict);
    }
  }
  for (const { rows } of Object.values(exclusions)) rows.sort();
  const notTried = suite.notTried?.(folder) ?? [];
  return { suite: suite.name, cases: cases.length, targets: counts, exclusions, wrong, notTried };
}

interface Growing {
  readonly counts: Record<string, number>;
  readonly rows: string[];
}

/** Counts a case for the reason of its first problem. */
function exclude(
  exclusions: Record<string, Growing>,
  target: string,
  { reason, rows: [row] }: Verdict & { readonly kind: "excluded" },
): void {
  const excluded = (exclusions[reason] ??= { counts: {}, rows: [] });
  excluded.counts[target] = (excluded.counts[target] ?? 0) + 1;
  if (!excluded.rows.includes(row)) excluded.rows.push(row);
}

function countedAs({ kind }: Verdict): keyof Counts {
  return kind === "passes" ? "failed" : kind;
}
