/** The thread that draws a progress line: what it was told last, behind a wheel that turns. */
import { writeSync } from "node:fs";
import { parentPort, workerData } from "node:worker_threads";

const { appearsAfter, columns } = workerData as { readonly appearsAfter: number; readonly columns: number };
const standardError = 2;
const wheel = "|/-\\";
let what = "";
let turn = 0;

parentPort?.on("message", (text: string) => {
  what = text;
});
setTimeout(() => setInterval(draw, 100), appearsAfter);

function draw(): void {
  const line = `${wheel[turn++ % wheel.length]} ${what}`.slice(0, Math.max(1, columns - 1));
  writeSync(standardError, `\r\u001b[K${line}`);
}
