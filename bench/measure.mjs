/**
 * Measuring contenders side by side on a machine that is not ours alone: each warms up, then they take turns,
 * one sample each a round, so that whatever slows the machine slows all of them. The figure is the median.
 *
 * A contender is `{ name, select?, run }`; `select` makes it the active one and is not timed, `run` may return a promise.
 */
const warmUpMilliseconds = 500;
const sampleMilliseconds = 4;

/** Medians in milliseconds, by the contenders' names. */
export async function measureInTurn(contenders, rounds) {
  const entries = [];
  for (const contender of contenders) entries.push({ contender, calls: await warmUp(contender), samples: [] });
  for (let round = 0; round < rounds; round++) {
    for (const { contender, calls, samples } of entries) {
      await contender.select?.();
      samples.push(await sample(contender.run, calls));
    }
  }
  return Object.fromEntries(entries.map(({ contender, samples }) => [contender.name, median(samples)]));
}

/** Runs for half a second, and says how many calls make a sample long enough to time. */
async function warmUp({ select, run }) {
  await select?.();
  const start = performance.now();
  let last = 0;
  while (performance.now() - start < warmUpMilliseconds) last = await sample(run, 1);
  return Math.max(1, Math.ceil(sampleMilliseconds / Math.max(last, 1e-3)));
}

/** Milliseconds a call; only what is a promise is awaited. */
async function sample(run, calls) {
  const start = performance.now();
  for (let call = 0; call < calls; call++) {
    const pending = run();
    if (pending !== undefined) await pending;
  }
  return (performance.now() - start) / calls;
}

function median(samples) {
  const sorted = [...samples].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

export function geometricMean(values) {
  return Math.exp(values.reduce((sum, value) => sum + Math.log(value), 0) / values.length);
}
