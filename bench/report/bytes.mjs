/** Reports of bytes: what has to be shipped, what a run takes. */
import { barChart } from "../../dist/cli/bench/bar-chart.js";
import { machineName } from "../machine.mjs";
import { table } from "./markdown.mjs";
import { seriesOf } from "./pictures.mjs";

const kilobytes = (bytes) => (bytes === undefined ? "" : `${(bytes / 1000).toFixed(bytes < 1e5 ? 1 : 0)} kB`);
const megabytes = (bytes) => `${(bytes / 1e6).toFixed(1)} MB`;
const rawAndCompressed = ({ raw, gzip }) => `${kilobytes(raw)} (${kilobytes(gzip)})`;

/** Code by target and weights of each model, then the peers' runtimes: bytes, and bytes compressed. */
export function sizeTables({ rows, runtimes }) {
  const targets = Object.keys(rows[0]?.ours ?? {});
  const head = ["code (gzip)", ...targets, "weights (gzip)", "model file (gzip)"];
  const body = rows.map(({ name, ours, modelFile }) => [
    name,
    ...targets.map((target) => rawAndCompressed(ours[target].code)),
    targets.length === 0 ? "" : rawAndCompressed(ours[targets[0]].weights),
    rawAndCompressed(modelFile),
  ]);
  const peers = Object.entries(runtimes).map(([name, size]) => [name, rawAndCompressed(size)]);
  return [table(head, body), table(["runtime of a peer, any model", "code (gzip)"], peers)];
}

/** Code, compressed. */
export function sizeChart({ rows, runtimes }) {
  const bar = (series, { gzip }) => ({ series, value: gzip / 1000, label: kilobytes(gzip) });
  const peers = Object.entries(runtimes);
  const groups = rows.map(({ name, ours }) => ({
    name,
    bars: [
      ...Object.entries(ours).map(([target, { code }]) => bar(target, code)),
      ...peers.map((each) => bar(...each)),
    ],
  }));
  const series = seriesOf([...Object.keys(rows[0]?.ours ?? {}), ...Object.keys(runtimes)]);
  const title = "Code that has to be shipped beside the weights, compressed";
  const caption = ["Every variant of ours together; of the peers their smallest published files."];
  return barChart({ title, unit: "kB, logarithmic", series, groups, scale: { kind: "log", origin: 1 }, caption });
}

export function memoryTables({ contenders, rows }) {
  const body = rows.map(({ name, emptyBytes, bytes }) => [
    name,
    ...contenders.map((contender) => megabytes(bytes[contender])),
    megabytes(emptyBytes),
  ]);
  return [table(["peak memory over an empty Node", ...contenders, "the empty Node"], body)];
}

export function memoryChart({ contenders, rows, machine, rounds }) {
  const groups = rows.map(({ name, bytes }) => ({
    name,
    bars: contenders.map((series) => ({ series, value: bytes[series] / 1e6, label: megabytes(bytes[series]) })),
  }));
  const caption = [`Medians of ${rounds} processes each, ${machineName(machine)}.`];
  const title = "Peak memory of a run over an empty Node";
  return barChart({ title, unit: "MB", series: seriesOf(contenders), groups, scale: { kind: "linear" }, caption });
}
