/** Figures as a Markdown table and as JSON, with the machine they were taken on. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describeMachine, peerVersions } from "./machine.mjs";
import { geometricMean } from "./measure.mjs";

const ours = "ours";
const resultsFolder = fileURLToPath(new URL("results", import.meta.url));

/** Writes `<suite>.md` and `<suite>.json` and returns the one of them that was asked for. */
export async function writeReport(report, { output = resultsFolder, json }) {
  const versions = peerVersions(report.contenders);
  const data = { ...withRatios(report), machine: describeMachine(), versions };
  const texts = { md: markdown(data), json: `${JSON.stringify(data, undefined, 2)}\n` };
  mkdirSync(output, { recursive: true });
  for (const [ending, text] of Object.entries(texts)) writeFileSync(join(output, `${report.suite}.${ending}`), text);
  return (json ? texts.json : texts.md).trimEnd();
}

/** Adds how many times faster ours is than each peer: by row, and the geometric mean over rows. */
function withRatios(report) {
  const peers = report.contenders.filter((name) => name !== ours);
  if (peers.length === report.contenders.length || report.rows.length === 0) return report;
  const times = ({ milliseconds }, peer) => milliseconds[peer] / milliseconds[ours];
  const rows = report.rows.map((row) => ({
    ...row,
    timesFaster: Object.fromEntries(peers.map((peer) => [peer, times(row, peer)])),
  }));
  const means = peers.map((peer) => [peer, geometricMean(rows.map(({ timesFaster }) => timesFaster[peer]))]);
  return { ...report, rows, geometricMean: Object.fromEntries(means) };
}

function markdown({ suite, contenders, notes, rows, geometricMean, machine, versions }) {
  const peers = Object.keys(geometricMean ?? {});
  const head = [suite, ...contenders.map((name) => `${name} ms`), ...peers.map((peer) => `× ${peer}`)];
  const lines = [
    head,
    head.map((_, at) => (at === 0 ? "---" : "--:")),
    ...rows.map((row) => cells(row, contenders, peers)),
  ];
  if (peers.length > 0) lines.push(meanCells(geometricMean, contenders, peers));
  return [
    ...lines.map((line) => `| ${line.join(" | ")} |`),
    "",
    ...notes,
    `Medians of interleaved samples on ${machine.cpu}, ${machine.cores} cores, Node ${machine.node}; ${versions.join(", ")}.`,
    "",
  ].join("\n");
}

function cells({ name, milliseconds, timesFaster }, contenders, peers) {
  const times = contenders.map((contender) => milliseconds[contender].toPrecision(3));
  return [name, ...times, ...peers.map((peer) => timesFaster[peer].toFixed(2))];
}

function meanCells(means, contenders, peers) {
  return ["geometric mean", ...contenders.map(() => ""), ...peers.map((peer) => means[peer].toFixed(2))];
}
