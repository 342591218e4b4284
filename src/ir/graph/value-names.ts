/** Names of values, unique in a graph. */
import type { Graph } from "./graph.js";

/** Longer names are cut: they are for people. */
const longestName = 60;

export class ValueNames {
  private readonly taken = new Set<string>();
  private readonly lastNumber = new Map<string, number>();

  /** Takes a name that is unique already. */
  take(name: string): void {
    this.taken.add(name);
  }

  /** `wanted` with every other character than letters, digits, `_` and `.` replaced, made unique by a number, and taken. */
  fresh(wanted: string): string {
    const base = wanted.replace(/[^A-Za-z0-9_.]/g, "_").slice(0, longestName) || "_";
    let name = base;
    for (let number = this.lastNumber.get(base) ?? 1; this.taken.has(name); number++) {
      name = `${base}.${number}`;
      this.lastNumber.set(base, number + 1);
    }
    this.taken.add(name);
    return name;
  }
}

/** The names of a graph's values, taken. */
export function namesOf(graph: Graph): ValueNames {
  const names = new ValueNames();
  for (const { value } of graph.inputs) names.take(value.name);
  for (const { results } of graph.nodes) for (const { name } of results) names.take(name);
  return names;
}
