/** docs/conformance.md from the tallies of the suites. The same tallies give the same page. */
import type { NotTried } from "./suite.js";
import type { Counts, Excluded, Tally } from "./tally.js";

const head = `# Conformance

This page is written by \`npm run conformance\`; do not edit it.

Other people's suites, run through the modules that the compiler emits: JavaScript, WebAssembly, and WebAssembly with relaxed SIMD. A case passes where every output has
the shape, the element type and, within the suite's tolerance, the numbers that the suite expects. A case is excluded for a reason that stands in a table beside the tests;
a case that passes though it is excluded, and a row of a table that no case needs, fail the run.`;

/** The page; suites in the order of their names. */
export function conformancePage(tallies: readonly Tally[]): string {
  const sorted = [...tallies].sort((a, b) => (a.suite < b.suite ? -1 : 1));
  const summary = sorted.flatMap(({ suite, cases, targets }) => summaryRows(suite, cases, targets));
  const parts = [
    head,
    table(["suite", "cases", "target", "passed", "failed", "excluded"], summary),
    ...sorted.flatMap(sectionOf),
  ];
  return `${parts.join("\n\n")}\n`;
}

/** One row where all targets count the same, as they should; else one each. */
function summaryRows(suite: string, cases: number, targets: Tally["targets"]): readonly string[][] {
  const row = (target: string, { passed, failed, excluded }: Counts) =>
    [suite, cases, target, passed, failed, excluded].map(String);
  const all = Object.entries(targets);
  const alike = all.every(([, counts]) => JSON.stringify(counts) === JSON.stringify(all[0][1]));
  return alike
    ? [row(Object.keys(targets).join(" · "), all[0][1])]
    : all.map(([target, counts]) => row(target, counts));
}

function sectionOf({ suite, targets, exclusions, wrong, notTried }: Tally): readonly string[] {
  const names = Object.keys(targets);
  const reasons = Object.entries(exclusions).sort(
    ([a, first], [b, second]) => largest(second) - largest(first) || (a < b ? -1 : 1),
  );
  const excluded = reasons.map(([reason, { counts, rows }]) => [countsOf(counts, names), reason, rows.join(", ")]);
  const failed = Object.entries(wrong).map(([name, what]) => [name, what.join("; ")]);
  return [
    `## ${suite}`,
    excluded.length === 0 ? "Nothing is excluded." : table(["cases", "excluded because", "which"], excluded),
    ...(failed.length === 0 ? [] : [table(["failed", "what is wrong"], failed)]),
    ...(notTried.length === 0 ? [] : [table(["cases", "no cases here because", "which"], notTriedRows(notTried))]),
  ];
}

/** One row for each reason, most cases first. */
function notTriedRows(notTried: readonly NotTried[]): readonly string[][] {
  const reasons = [...new Set(notTried.map(({ reason }) => reason))].map((reason) => {
    const all = notTried.filter((each) => each.reason === reason);
    const count = all.reduce((sum, { cases }) => sum + cases, 0);
    return { reason, count, which: all.map(({ what }) => what).join(", ") };
  });
  reasons.sort((a, b) => b.count - a.count || (a.reason < b.reason ? -1 : 1));
  return reasons.map(({ reason, count, which }) => [String(count), reason, which]);
}

function largest({ counts }: Excluded): number {
  return Math.max(...Object.values(counts));
}

/** `12` where all targets count the same; else `javascript 12, wasm 3`. */
function countsOf(counts: Excluded["counts"], targets: readonly string[]): string {
  const all = targets.map((target) => counts[target] ?? 0);
  if (all.every((count) => count === all[0])) return String(all[0]);
  return targets.map((target, i) => `${target} ${all[i]}`).join(", ");
}

function table(columns: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map(escaped).join(" | ")} |`;
  return [line(columns), line(columns.map(() => "---")), ...rows.map(line)].join("\n");
}

function escaped(cell: string): string {
  return cell.replaceAll("|", "\\|").replaceAll(/\s+/g, " ");
}
