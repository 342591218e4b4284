/**
 * Measuring contenders side by side on a machine that is not ours alone: each warms up, then they take turns, one sample each a round, so
 * that whatever slows the machine slows all of them. Quotients of one round's samples therefore say more than times do.
 */

/** `select` makes it the active one and is not timed; `run` may return a promise. */
export interface Contender {
  readonly name: string;
  readonly select?: () => unknown;
  readonly run: () => unknown;
}

/** Milliseconds a call by contender, one sample a round. */
export type Samples = Readonly<Record<string, readonly number[]>>;

/** Long enough for an engine to swap in its optimised code, and for a clock to count. */
const warmUpMilliseconds = 500;
const sampleMilliseconds = 12;

/** Takes `rounds` samples of each; who begins a round is another one each time. */
export async function measureInTurn(contenders: readonly Contender[], rounds: number): Promise<Samples> {
  const entries: { contender: Contender; calls: number; samples: number[] }[] = [];
  for (const contender of contenders) entries.push({ contender, calls: await warmUp(contender), samples: [] });
  for (let round = 0; round < rounds; round++) {
    const first = round % entries.length;
    for (const { contender, calls, samples } of [...entries.slice(first), ...entries.slice(0, first)]) {
      await contender.select?.();
      if (calls > 1) await sample(contender.run, 1); // what others left in the caches is not measured
      samples.push(await sample(contender.run, calls));
    }
  }
  return Object.fromEntries(entries.map(({ contender, samples }) => [contender.name, samples]));
}

/** Runs until it is warm, and says how many calls make a sample long enough to time. */
async function warmUp({ select, run }: Contender): Promise<number> {
  await select?.();
  const start = performance.now();
  let fastest = Infinity;
  while (performance.now() - start < warmUpMilliseconds) fastest = Math.min(fastest, await sample(run, 1));
  return Math.max(1, Math.ceil(sampleMilliseconds / Math.max(fastest, 1e-3)));
}

/** Milliseconds a call; only what is a promise is awaited. */
async function sample(run: () => unknown, calls: number): Promise<number> {
  const start = performance.now();
  for (let call = 0; call < calls; call++) {
    const pending = run();
    if (pending instanceof Promise) await pending;
  }
  return (performance.now() - start) / calls;
}
