/** What a child process of the benchmark is told, on its command line as JSON, and what it says of itself when it is done. */
import { readFileSync } from "node:fs";

/** `inputs` as arrays, `seed` data that takes no time worth mentioning. */
export function readJob() {
  const job = JSON.parse(process.argv[2] ?? "{}");
  const inputs = Object.entries(job.inputs ?? {}).map(([name, { shape }]) => [name, { shape, data: ramp(shape) }]);
  return { ...job, inputs: Object.fromEntries(inputs) };
}

function ramp(shape) {
  const length = shape.reduce((product, extent) => product * extent, 1);
  return Float32Array.from({ length }, (_, at) => ((at % 129) - 64) / 64);
}

/** Says how long it took, what memory it took at most, and the sum of the results, by which contenders are compared. */
export function tell(milliseconds, arrays) {
  const sum = arrays.reduce((total, array) => array.reduce((part, value) => part + value, total), 0);
  console.log(JSON.stringify({ milliseconds, peakBytes: peakBytes(), sum }));
}

/** The most memory this process has had at once. Linux counts in `maxRSS` what the parent had when it forked, in VmHWM it does not. */
export function peakBytes() {
  if (process.platform !== "linux") return 1024 * process.resourceUsage().maxRSS;
  const [, kilobytes] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync("/proc/self/status", "utf8")) ?? [];
  return 1024 * Number(kilobytes);
}
