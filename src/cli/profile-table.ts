/** What each node of a model took, as rows and as a table. */
import { formatTable, printableName } from "./format.js";
import type { LoadedModel, ProfileRow } from "./load-module.js";

/** Engines have swapped in optimised code by then. */
const warmUpRuns = 5;
export const profiledRuns = 10;

/** Milliseconds and calls of one run, the slowest node first. */
export function profileRows(model: LoadedModel, run: () => void): readonly ProfileRow[] {
  for (let i = 0; i < warmUpRuns; i++) run();
  model.profile?.();
  for (let i = 0; i < profiledRuns; i++) run();
  const rows = (model.profile?.() ?? []).map(({ node, kernel, calls, ms }) => {
    return { node, kernel, calls: calls / profiledRuns, ms: ms / profiledRuns };
  });
  return rows.sort((a, b) => b.ms - a.ms);
}

export function profileTable(rows: readonly ProfileRow[]): string {
  const all = rows.reduce((sum, { ms }) => sum + ms, 0);
  const body = rows.map(({ node, kernel, calls, ms }) => [
    ms.toFixed(3),
    `${((100 * ms) / Math.max(all, Number.MIN_VALUE)).toFixed(1)} %`,
    String(calls),
    printableName(node),
    printableName(kernel),
  ]);
  const head = ["ms", "share", "calls", "node", "kernel"];
  return `${formatTable([head, ...body, [all.toFixed(3), "", "", "all", ""]], [0, 1, 2])}\n`;
}
