/** From samples to what is told: medians, ratios with their spread, shares of the ceiling. */
import { geometricMean, ratioOf, spreadOf } from "../../dist/cli/bench/statistics.js";

export const ourNames = ["wasm-relaxed", "wasm", "wasm-in-place", "javascript"];
const wasmPeers = ["onnxruntime-web", "onnxruntime-web, not optimised", "tfjs-wasm"];

/** A row of samples with its figures; `samples` themselves are left out. */
export function figuresOf({ samples, ceilingMegaflops, ...row }) {
  const milliseconds = mapValues(samples, (each) => spreadOf(each));
  const ours = ourNames.filter((name) => samples[name] !== undefined);
  const peers = Object.keys(samples).filter((name) => !ourNames.includes(name) && !name.startsWith("ceiling"));
  const against = (name, peer) => ratioOf(samples[peer], samples[name]);
  const ratios = record(ours, (name) => record(peers, (peer) => against(name, peer)));
  const best = fastest(wasmPeers, milliseconds);
  return {
    ...row,
    milliseconds,
    ratios,
    ...(best && { bestWasmPeer: best, againstBest: record([...ours, ...peers], (name) => against(name, best)) }),
    ...(ceilingMegaflops && ceilingFigures(row.megaflops, samples, ceilingMegaflops, [...ours, ...peers])),
  };
}

/** GFLOP/s of the ceilings, and each contender's share of the one for its instructions. */
function ceilingFigures(megaflops, samples, ceilingMegaflops, names) {
  const usable = (name) => (name === "wasm-relaxed" ? "ceiling relaxed" : "ceiling");
  const share = (name) => {
    const limit = usable(name);
    const { median } = ratioOf(samples[limit], samples[name]);
    return (median * megaflops) / ceilingMegaflops[limit];
  };
  return {
    ceilingGigaflops: record(
      Object.keys(ceilingMegaflops),
      (name) => ceilingMegaflops[name] / spreadOf(samples[name]).median,
    ),
    gigaflops: record(names, (name) => megaflops / spreadOf(samples[name]).median),
    shareOfCeiling: record(names, share),
  };
}

/** Geometric means over rows of the medians of ratios: by ours, by peer; rows that lack one are left out of that mean. */
export function meansOf(rows, contenders) {
  const ours = contenders.filter((name) => ourNames.includes(name));
  const peers = contenders.filter((name) => !ourNames.includes(name));
  const mean = (values) => {
    const known = values.filter((value) => value !== undefined);
    return known.length === 0 ? undefined : geometricMean(known);
  };
  return {
    ratios: record(ours, (name) =>
      record(peers, (peer) => mean(rows.map(({ ratios }) => ratios[name]?.[peer]?.median))),
    ),
    againstBest: record(ours, (name) => mean(rows.map(({ againstBest }) => againstBest?.[name]?.median))),
  };
}

function fastest(names, milliseconds) {
  const known = names.filter((name) => milliseconds[name] !== undefined);
  return known.sort((a, b) => milliseconds[a].median - milliseconds[b].median)[0];
}

function record(names, value) {
  return Object.fromEntries(names.map((name) => [name, value(name)]));
}

function mapValues(object, value) {
  return Object.fromEntries(Object.entries(object).map(([name, each]) => [name, value(each)]));
}
