/**
 * A suite of somebody's conformance cases, as data: its cases, each of which says what is wrong with an executor, and a table of what is
 * excluded, and why. Tests and the report both read it; neither has a table of its own.
 */
import { UnstrideError } from "../../../src/diagnostics/error.js";
import type { Executor } from "../executors.js";

export interface ConformanceSuite {
  /** For people: `ONNX, node`. */
  readonly name: string;
  /** In the order of the suite's files; `folder` is the one that `sharedData` found. */
  cases(folder: string): readonly ConformanceCase[];
  readonly exclusions: Exclusions;
  /** Of the suite's files what is no case here, for the report. */
  notTried?(folder: string): readonly NotTried[];
}

export interface NotTried {
  /** What the cases have in common: a kernel. */
  readonly what: string;
  readonly cases: number;
  readonly reason: string;
}

export interface ConformanceCase {
  /** Unique in its suite; the key in the table of exclusions. */
  readonly name: string;
  /** Reads the case and makes its graph, to be kept no longer than the case runs. Fails as the front end does. */
  open(): Promise<OpenCase> | OpenCase;
}

/** Runs the case; what is wrong with the outputs, undefined where nothing is. */
export type OpenCase = (executor: Executor) => Promise<string | undefined>;

/** What is not done, and why. A row that no case needs is an error, as is a case that passes though a row excludes it. */
export interface Exclusions {
  /** Reasons by what a front end refuses, in the words of `refused`. */
  readonly refusals: Readonly<Record<string, string>>;
  /** Reasons by the name of a case. */
  readonly cases: Readonly<Record<string, string>>;
  /** The same of cases that only some executors do not pass, by the name of the executor. */
  readonly casesOf?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** A refusal in the words of the table, one for each of its problems. */
  refused(error: UnstrideError): readonly string[];
}

/** What came of a case. `passes` is a case that passes though it is excluded: its row must go. */
export type Verdict =
  | { readonly kind: "passed" }
  | { readonly kind: "failed"; readonly why: string }
  | { readonly kind: "excluded"; readonly rows: readonly string[]; readonly reason: string }
  | { readonly kind: "passes" };

/** Of a case that is judged for several executors. */
export type Verdicts = ReadonlyMap<Executor, Verdict>;

/** What comes of a case on each of the executors. Throws nothing. */
export async function judge(
  { exclusions }: ConformanceSuite,
  { name, open }: ConformanceCase,
  executors: readonly Executor[],
): Promise<Verdicts> {
  const verdicts = new Map<Executor, Verdict>();
  const opened = await attempt(open);
  for (const executor of executors) {
    const found = opened.kind === "value" ? await attempt(() => opened.value(executor)) : opened;
    verdicts.set(executor, verdictOf(exclusions, name, executor, found));
  }
  return verdicts;
}

type Attempt<T> = { readonly kind: "value"; readonly value: T } | { readonly kind: "error"; readonly error: unknown };

async function attempt<T>(work: () => Promise<T> | T): Promise<Attempt<T>> {
  try {
    return { kind: "value", value: await work() };
  } catch (error) {
    return { kind: "error", error };
  }
}

function verdictOf(
  exclusions: Exclusions,
  name: string,
  executor: Executor,
  found: Attempt<string | undefined>,
): Verdict {
  const why = found.kind === "value" ? found.value : String(found.error);
  const rows = { ...exclusions.cases, ...exclusions.casesOf?.[executor.name] };
  const reason = Object.hasOwn(rows, name) ? rows[name] : undefined;
  if (reason !== undefined) return why === undefined ? { kind: "passes" } : { kind: "excluded", rows: [name], reason };
  if (why === undefined) return { kind: "passed" };
  const refused = found.kind === "error" && found.error instanceof UnstrideError ? exclusions.refused(found.error) : [];
  const known = refused.length > 0 && refused.every((row) => Object.hasOwn(exclusions.refusals, row));
  return known ? { kind: "excluded", rows: refused, reason: exclusions.refusals[refused[0]] } : { kind: "failed", why };
}

/** A refusal as `code found`, for suites that say no more of it. */
export function refusedAs({ diagnostics }: UnstrideError): readonly string[] {
  return diagnostics.map(({ code, found = "" }) => `${code} ${found}`.trim());
}
