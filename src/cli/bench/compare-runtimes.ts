/** One model on several runtimes: what each computes is compared, then those that agree are timed in turn. */
import type { Graph } from "../../ir/graph/graph.js";
import type { TypedArray } from "../../ir/types/element-type.js";
import { compareOutputs } from "../compare-outputs.js";
import { measureInTurn } from "./measure-in-turn.js";
import type { PreparedModel } from "./peer.js";
import { ratioOf, spreadOf, type Spread } from "./statistics.js";

export interface Runtime {
  readonly name: string;
  readonly version?: string;
  readonly prepare: () => Promise<PreparedModel>;
}

/** What came of one runtime. */
export type RuntimeRow = {
  readonly name: string;
  readonly version?: string;
} & (
  | { readonly kind: "failed"; readonly reason: string }
  | { readonly kind: "differs"; readonly difference: number; readonly output: string }
  | { readonly kind: "timed"; readonly difference: number; readonly milliseconds: Spread; readonly ratio: Spread }
);

/** Rounding grows through a hundred layers and a steep sigmoid; halves are rounded to eleven bits. */
const tolerances = { f16: 2 ** -10, bf16: 2 ** -7, others: 1e-4 };

interface Candidate {
  readonly runtime: Runtime;
  readonly prepared: PreparedModel;
  readonly outputs: Readonly<Record<string, TypedArray>>;
}

/**
 * Rows in the order of `runtimes`. The first one is what the others are held against: it must be able to run the model, and what goes
 * wrong with it is thrown. `ratio` says how many times as long as the first one a runtime takes.
 */
export async function compareRuntimes(
  graph: Graph,
  runtimes: readonly Runtime[],
  rounds: number,
  report: (what: string) => void,
): Promise<readonly RuntimeRow[]> {
  const rows: (RuntimeRow | Candidate)[] = [];
  const agreeing: Candidate[] = [];
  for (const runtime of runtimes) {
    report(`preparing ${runtime.name}`);
    const row = agreeing.length === 0 ? await candidate(runtime) : await candidate(runtime).catch(failed(runtime));
    const judged = "kind" in row ? row : judge(graph, row, agreeing[0]);
    rows.push(judged);
    if (!("kind" in judged)) agreeing.push(judged);
  }
  report("measuring");
  const timed = await timedRows(graph, agreeing, rounds);
  for (const { prepared } of agreeing) await prepared.release?.();
  return rows.map((row) => ("kind" in row ? row : (timed.get(row) ?? failed(row.runtime)("not timed"))));
}

async function candidate(runtime: Runtime): Promise<Candidate> {
  const prepared = await runtime.prepare();
  await prepared.select?.();
  return { runtime, prepared, outputs: await prepared.outputs() };
}

function failed({ name, version }: Runtime) {
  return (error: unknown): RuntimeRow => {
    const [reason = ""] = (error instanceof Error ? error.message : String(error)).split("\n");
    return { name, ...(version !== undefined && { version }), kind: "failed", reason };
  };
}

/** The candidate itself where it computes what the first one does. */
function judge(graph: Graph, found: Candidate, first: Candidate | undefined): RuntimeRow | Candidate {
  if (first === undefined) return found;
  const { output, difference, agrees } = worstOutput(graph, found, first);
  if (agrees) return found;
  const { name, version } = found.runtime;
  return { name, ...(version !== undefined && { version }), kind: "differs", difference, output };
}

function worstOutput(graph: Graph, found: Candidate, first: Candidate) {
  const compared = graph.outputs.map(({ name, value: { type } }) => {
    const wanted = { ...type, data: first.outputs[name] ?? new Float32Array() };
    const { [name]: data } = found.outputs;
    const { elementType } = type;
    const tolerance = elementType === "f16" || elementType === "bf16" ? tolerances[elementType] : tolerances.others;
    return compareOutputs(found.runtime.name, name, wanted, data && { ...type, data }, tolerance);
  });
  const [worst] = compared.sort((a, b) => Number(a.agrees) - Number(b.agrees) || b.difference - a.difference);
  return worst ?? { output: "", difference: 0, agrees: true };
}

async function timedRows(
  graph: Graph,
  candidates: readonly Candidate[],
  rounds: number,
): Promise<ReadonlyMap<Candidate, RuntimeRow>> {
  const [first] = candidates;
  const contenders = candidates.map(({ runtime: { name }, prepared: { run, select } }) => {
    return { name, run, ...(select && { select }) };
  });
  const samples = await measureInTurn(contenders, rounds);
  const samplesOf = (each: Candidate | undefined): readonly number[] => samples[each?.runtime.name ?? ""] ?? [];
  return new Map(
    candidates.map((each): [Candidate, RuntimeRow] => {
      const { name, version } = each.runtime;
      const difference = first === undefined ? 0 : worstOutput(graph, each, first).difference;
      const milliseconds = spreadOf(samplesOf(each));
      const ratio = ratioOf(samplesOf(each), samplesOf(first));
      return [
        each,
        { name, ...(version !== undefined && { version }), kind: "timed", difference, milliseconds, ratio },
      ];
    }),
  );
}
