/** How long a compiled model takes here, by itself. */
import { compile } from "../../compile.js";
import type { Graph } from "../../ir/graph/graph.js";
import { graphMultiplyAdds } from "../../ir/graph/work.js";
import { allocate } from "../../ir/types/element-type.js";
import { elementCount } from "../../ir/types/shape.js";
import { formatBytes, formatCount, formatTable } from "../format.js";
import { loadModule, type LoadedModel } from "../load-module.js";
import { seededTensor } from "../seeded-tensor.js";
import type { OurTarget } from "./our-model.js";
import { spreadOf } from "./statistics.js";

/** Milliseconds unless said otherwise. */
export interface Timing {
  readonly target: OurTarget;
  readonly compileMs: number;
  readonly loadMs: number;
  readonly firstMs: number;
  readonly medianMs: number;
  readonly fastestMs: number;
  readonly runs: number;
  readonly multiplyAdds: number;
  readonly gflops: number;
  readonly arenaBytes: number;
  readonly weightsBytes: number;
}

/** Engines have swapped in optimised code after this many runs or milliseconds, whichever takes longer. */
const warmUp = { runs: 3, milliseconds: 500 };

/** Compiles the model, loads it, and times `runs` runs into arrays of the caller's. */
export async function measureModel(
  graph: Graph,
  target: OurTarget,
  runs: number,
  report: (what: string) => void,
): Promise<Timing> {
  const started = performance.now();
  const compiled = await compile(graph, { inline: false, target, onStage: report });
  const done = performance.now();
  const model = await loadModule(compiled);
  const loaded = performance.now();
  report("running");
  const times = measureRuns(graph, model, runs);
  const work = graphMultiplyAdds(graph);
  const { arenaBytes, weightsBytes } = compiled.stats;
  return {
    target,
    compileMs: done - started,
    loadMs: loaded - done,
    ...times,
    runs,
    multiplyAdds: work,
    gflops: (2 * work) / times.medianMs / 1e6,
    arenaBytes,
    weightsBytes,
  };
}

function measureRuns({ inputs, outputs }: Graph, model: LoadedModel, runs: number) {
  const given = Object.fromEntries(inputs.map(({ name, value }, i) => [name, seededTensor(value.type, i + 1).data]));
  const results = Object.fromEntries(
    outputs.map(({ name, value: { type } }) => [name, allocate(type.elementType, elementCount(type.shape))]),
  );
  const timed = (): number => {
    const start = performance.now();
    model.runInto(given, results);
    return performance.now() - start;
  };
  const firstMs = timed();
  const started = performance.now();
  for (let i = 0; i < warmUp.runs || performance.now() - started < warmUp.milliseconds; i++) timed();
  const times = Array.from({ length: runs }, timed);
  return { firstMs, medianMs: spreadOf(times).median, fastestMs: Math.min(...times) };
}

export function timingText(timing: Timing): string {
  const ms = (value: number): string => `${value < 10 ? value.toPrecision(3) : value.toFixed(0)} ms`;
  const rows = [
    ["compiled in", ms(timing.compileMs)],
    ["loaded in", ms(timing.loadMs)],
    ["first run", ms(timing.firstMs)],
    ["median", `${ms(timing.medianMs)} of ${timing.runs} runs after warming up, fastest ${ms(timing.fastestMs)}`],
    ["work", `${formatCount(timing.multiplyAdds)} multiply-adds, ${timing.gflops.toFixed(1)} GFLOP/s`],
    ["memory", `${formatBytes(timing.arenaBytes)} arena, ${formatBytes(timing.weightsBytes)} weights`],
  ];
  return `${formatTable(rows)}\n`;
}
