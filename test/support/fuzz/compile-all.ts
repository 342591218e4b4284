/** Compiles many files one after the other and counts how they ended; a case that throws or takes too long says which it was. */
import { importEmitted } from "../import-module.js";
import { judge, type JudgeOptions } from "./judge.js";

/** Idle machines take less than two seconds for the slowest. */
const longestMilliseconds = 30_000;

/** How many files ended in each outcome: see `judge`. */
export type Outcomes = ReadonlyMap<string, number>;

export async function compileAll(
  count: number,
  fileOf: (number: number) => Uint8Array,
  options: JudgeOptions = {},
): Promise<Outcomes> {
  const outcomes = new Map<string, number>();
  for (let number = 0; number < count; number++) {
    const outcome = await timed(number, () => judge(fileOf(number), loadModule, options));
    outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
  }
  return outcomes;
}

const loadModule: Parameters<typeof judge>[1] = async (compiled) => (await importEmitted(compiled)).load();

async function timed(number: number, work: () => Promise<string>): Promise<string> {
  const start = performance.now();
  try {
    return await work();
  } catch (cause) {
    throw new Error(`file ${number}: ${cause instanceof Error ? (cause.stack ?? cause.message) : String(cause)}`);
  } finally {
    const took = performance.now() - start;
    if (took > longestMilliseconds) console.error(`file ${number} took ${took.toFixed(0)} ms`);
  }
}
