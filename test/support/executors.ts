/** Everything that can run a graph. Each differential case goes through all of them. */
import { compile, lower } from "../../src/compile.js";
import type { CompileOptions } from "../../src/compile.js";
import { evaluateGraph } from "../../src/ir/graph/evaluate.js";
import type { Graph } from "../../src/ir/graph/graph.js";
import { interpretProgram } from "../../src/ir/program/interpret.js";
import type { Tensor } from "../../src/ir/types/tensor.js";
import type { TypedArray } from "../../src/ir/types/element-type.js";
import { importEmitted } from "./import-module.js";

export type Tensors = Readonly<Record<string, Tensor>>;
export type Outputs = ReadonlyMap<string, Tensor>;

export interface Executor {
  readonly name: string;
  run(graph: Graph, inputs: Tensors, options?: CompileOptions): Promise<Outputs> | Outputs;
}

/** Runs the specification of each op. */
export const reference: Executor = { name: "reference", run: (graph, inputs) => evaluateGraph(graph, inputs) };

/** Runs the scheduled kernels as loops, at their planned addresses. */
export const loops: Executor = {
  name: "loops",
  run(graph, inputs, options = {}) {
    const lowered = lower(graph, options);
    if (lowered === undefined) throw new Error("stopped early");
    return interpretProgram(lowered.program, inputs);
  },
};

/** Runs the emitted JavaScript module, imported as Node does. */
export const javascript: Executor = {
  name: "javascript",
  async run(graph, inputs, options = {}) {
    const module = await importEmitted(await compile(graph, options));
    const model = await module.load();
    const arrays = model.run(Object.fromEntries(Object.entries(inputs).map(([name, { data }]) => [name, data])));
    return new Map(graph.outputs.map(({ name, value }) => [name, { ...value.type, data: arrays[name] as TypedArray }]));
  },
};

async function runWasm(graph: Graph, inputs: Tensors, options: CompileOptions = {}): Promise<Outputs> {
  const module = await importEmitted(await compile(graph, { ...options, target: "wasm" }));
  const model = await module.load();
  const arrays = model.run(Object.fromEntries(Object.entries(inputs).map(([name, { data }]) => [name, data])));
  return new Map(graph.outputs.map(({ name, value }) => [name, { ...value.type, data: arrays[name] as TypedArray }]));
}

/** Runs the emitted WebAssembly, imported as Node does. */
export const wasm: Executor = { name: "wasm", run: runWasm };

/** All but the reference, which the others are held against. */
export const executors: readonly Executor[] = [loops, javascript];
