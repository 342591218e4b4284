/** Tells what a long command is doing, where a person watches. */
import type { Io } from "./io.js";

/** Runs `work`; what it reports is shown while it takes longer than a second. Nothing is shown where standard error is no terminal. */
export async function withProgress<Result>(
  io: Io,
  work: (report: (what: string) => void) => Promise<Result>,
): Promise<Result> {
  const line = io.progressLine?.();
  try {
    return await work((what) => line?.show(what));
  } finally {
    await line?.end();
  }
}
