/** A comparison of runtimes as a table and as a picture. */
import { escaped } from "../../diagnostics/quoted.js";
import { formatTable } from "../format.js";
import { barChart } from "./bar-chart.js";
import type { RuntimeRow } from "./compare-runtimes.js";
import type { Spread } from "./statistics.js";

const milliseconds = (value: number): string => (value >= 100 ? value.toFixed(0) : value.toPrecision(3));

export function comparisonTable(rows: readonly RuntimeRow[]): string {
  const [first] = rows;
  const head = ["", "median", "half of the runs", `times ${first?.name ?? ""}`, "difference"];
  const body = rows.map((row) => [titleOf(row), ...cells(row)]);
  return `${formatTable([head, ...body], [1, 2, 3, 4])}\n`;
}

function cells(row: RuntimeRow): string[] {
  if (row.kind === "failed") return [`cannot run it: ${escaped(row.reason)}`];
  if (row.kind === "differs")
    return [`not timed: output ${escaped(row.output)} differs by ${exponent(row.difference)}`];
  const { milliseconds: time, ratio, difference } = row;
  const half = `${milliseconds(time.low)}–${milliseconds(time.high)} ms`;
  return [`${milliseconds(time.median)} ms`, half, spread(ratio), exponent(difference)];
}

const spread = ({ median, low, high }: Spread): string => `${median.toFixed(2)} (${low.toFixed(2)}–${high.toFixed(2)})`;
const exponent = (value: number): string => (value === 0 ? "0" : value.toExponential(1));

function titleOf({ name, version }: RuntimeRow): string {
  return version === undefined || version === "" ? name : `${name} ${version}`;
}

/** The colour of each runtime, as the repository's own pictures have it. */
const colours: Readonly<Record<string, number>> = {
  "wasm-relaxed": 0,
  wasm: 1,
  auto: 2,
  javascript: 3,
  "onnxruntime-web": 4,
  "tfjs-wasm": 5,
  "tfjs-cpu": 6,
  "onnxruntime-node": 7,
};

/** An SVG of the medians; `title` is the model's name, any string. */
export function comparisonPicture(title: string, rows: readonly RuntimeRow[], rounds: number): string {
  const groups = rows.map((row) => {
    const name = titleOf(row);
    if (row.kind !== "timed") return { name, bars: [{ series: row.name, value: NaN, label: row.kind }] };
    const { median, low, high } = row.milliseconds;
    return { name, bars: [{ series: row.name, value: median, low, high, label: `${milliseconds(median)} ms` }] };
  });
  return barChart({
    title,
    unit: "ms, less is better",
    series: rows.map(({ name }) => ({ name, colour: colours[name] ?? 0 })),
    groups,
    scale: { kind: "linear" },
    caption: [`Medians and quartiles of ${rounds} interleaved samples, one thread; outputs were compared first.`],
  });
}
