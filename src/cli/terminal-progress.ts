/**
 * The progress line of a terminal. Compiling blocks the thread for seconds, so the line is drawn by a thread of its own, which
 * writes to the terminal directly.
 */
import { Worker } from "node:worker_threads";
import type { ProgressLine } from "./io.js";

/** From here on the line may be on the screen. */
const appearsAfter = 1000;

/** Of a terminal that does not say how wide it is. */
const usualColumns = 80;

const eraseLine = "\r\u001b[K";

/** A line on `stream`, which is a terminal. */
export function terminalProgress(stream: NodeJS.WriteStream): ProgressLine {
  const started = performance.now();
  const workerData = { appearsAfter, columns: stream.columns || usualColumns };
  const worker = new Worker(new URL("./progress-thread.js", import.meta.url), { workerData });
  worker.unref();
  // Without a thread there is no line, and no harm.
  worker.on("error", () => {});
  return {
    show: (what) => worker.postMessage(what),
    async end() {
      await worker.terminate();
      if (performance.now() - started >= appearsAfter) stream.write(eraseLine);
    },
  };
}
