/** Reports as Markdown: what was timed, then what it says. */
import { ourNames } from "./figures.mjs";

export function table(head, rows) {
  const lines = [head, head.map((_, at) => (at === 0 ? "---" : "--:")), ...rows];
  return lines.map((line) => `| ${line.join(" | ")} |`).join("\n");
}

/** Three digits, never as an exponent. */
export function digits(value) {
  if (value === undefined) return "";
  return value >= 100 ? value.toFixed(0) : value.toPrecision(3);
}

const percent = (share) => (share === undefined ? "" : `${(100 * share).toFixed(0)} %`);
const times = (ratio) => (ratio === undefined ? "" : ratio.toFixed(2));
const spread = (ratio) =>
  ratio === undefined ? "" : `${times(ratio.median)} (${times(ratio.low)}–${times(ratio.high)})`;

/** Milliseconds of every contender. */
export function timesTable({ suite, contenders, rows }) {
  const cell = (row, name) => (row.unsupported?.[name] === undefined ? digits(row.milliseconds[name]?.median) : "–");
  return table(
    [`${suite}, ms`, ...contenders],
    rows.map((row) => [row.name, ...contenders.map((name) => cell(row, name))]),
  );
}

/** How many times as fast ours is as the faster of the WebAssembly peers: median and quartiles of the rounds. */
export function againstBestTable({ contenders, rows, means }) {
  const ours = contenders.filter((name) => ourNames.includes(name));
  const mean = ["geometric mean", "", ...ours.map((name) => times(means.againstBest[name]))];
  const body = rows.map((row) => [
    row.name,
    row.bestWasmPeer ?? "",
    ...ours.map((name) => spread(row.againstBest?.[name])),
  ]);
  return table(["ratio to the faster WebAssembly peer", "which is", ...ours], [...body, mean]);
}

/** Ratio to every peer: geometric means. */
export function meansTable({ contenders, means }) {
  const peers = contenders.filter((name) => !ourNames.includes(name));
  const ours = contenders.filter((name) => ourNames.includes(name));
  return table(
    ["geometric mean of the ratio to", ...peers],
    ours.map((name) => [name, ...peers.map((peer) => times(means.ratios[name][peer]))]),
  );
}

/** Shares of what the processor does at most and of what native code does. */
export function sharesTable({ contenders, rows }) {
  const ours = contenders.filter((name) => ourNames.includes(name));
  const others = contenders.filter((name) => !ourNames.includes(name) && name !== "tfjs-cpu");
  const ceilings = Object.keys(rows[0]?.ceilingGigaflops ?? {});
  const native = "onnxruntime-node";
  const ofNative = contenders.includes(native) ? ours : [];
  const head = [
    "GFLOP/s (share of the ceiling)",
    ...ceilings,
    ...ours,
    ...others,
    ...ofNative.map((name) => `${name}: share of native`),
  ];
  const speed = (row, name) =>
    row.gigaflops[name] === undefined ? "" : `${digits(row.gigaflops[name])} (${percent(row.shareOfCeiling[name])})`;
  const body = rows.map((row) => [
    row.name,
    ...ceilings.map((name) => digits(row.ceilingGigaflops[name])),
    ...[...ours, ...others].map((name) => speed(row, name)),
    ...ofNative.map((name) => percent(row.ratios[name]?.[native]?.median)),
  ]);
  return table(head, body);
}

/** What could not be measured, a line each. */
export function unsupportedLines(rows) {
  return rows.flatMap(({ name, unsupported = {} }) =>
    Object.entries(unsupported).map(([contender, reason]) => `–: ${contender} is not timed on ${name}: ${reason}.`),
  );
}

/** How far those that were timed were apart before; nothing where results were compared by their sums. */
export function differenceLine(rows) {
  const [row] = rows.filter(({ differences }) => differences).sort((a, b) => largest(b) - largest(a));
  if (row === undefined) return [];
  const told = `${largest(row).toExponential(1)} of the largest output`;
  return [`Results were compared before anything was timed: the largest difference, of ${row.name}, is ${told}.`];
}

function largest({ differences, milliseconds }) {
  return Math.max(0, ...Object.keys(milliseconds).map((name) => differences[name] ?? 0));
}
