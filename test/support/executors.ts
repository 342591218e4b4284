/** Everything that can run a graph. Each differential case goes through all of them. */
import { compile, lower, type Compiled, type CompileOptions } from "../../src/compile.js";
import { evaluateGraph } from "../../src/ir/graph/evaluate.js";
import type { Graph } from "../../src/ir/graph/graph.js";
import { interpretProgram } from "../../src/ir/program/interpret.js";
import type { Target } from "../../src/ir/target.js";
import type { Tensor } from "../../src/ir/types/tensor.js";
import type { TypedArray } from "../../src/ir/types/element-type.js";
import { importEmitted, type GeneratedModule, type LoadedModel } from "./import-module.js";

export type Tensors = Readonly<Record<string, Tensor>>;
export type Outputs = ReadonlyMap<string, Tensor>;

export interface Executor {
  readonly name: string;
  run(graph: Graph, inputs: Tensors, options?: CompileOptions): Promise<Outputs> | Outputs;
  /** Of those that run modules: one module for any number of inputs. */
  load?(graph: Graph): Promise<(inputs: Tensors) => Outputs>;
}

/** Executors are held to equality where nothing says otherwise: Winograd's algorithm rounds whole numbers too. */
const direct: CompileOptions = { winograd: "off" };

/** Runs the specification of each op. */
export const reference: Executor = { name: "reference", run: (graph, inputs) => evaluateGraph(graph, inputs) };

/** Runs the scheduled kernels of a target as loops, at their planned addresses. */
function loopsExecutor(name: string, target: Target["name"]): Executor {
  return {
    name,
    run(graph, inputs, options = {}) {
      const lowered = lower(graph, { ...direct, ...options, target });
      if (lowered === undefined) throw new Error("stopped early");
      return interpretProgram(lowered.program, inputs);
    },
  };
}

export const loops = loopsExecutor("loops", "javascript");

/** Schedules with lanes; what emitted WebAssembly must do. */
export const vectorLoops = loopsExecutor("loops with lanes", "wasm");

function runModel({ outputs }: Graph, inputs: Tensors, model: LoadedModel): Outputs {
  const arrays = model.run(Object.fromEntries(Object.entries(inputs).map(([name, { data }]) => [name, data])));
  return new Map(outputs.map(({ name, value }) => [name, { ...value.type, data: arrays[name] as TypedArray }]));
}

/** Runs the emitted JavaScript module, imported as Node does. */
export const javascript: Executor = {
  name: "javascript",
  async run(graph, inputs, options = {}) {
    const module = await importEmitted(await compile(graph, { ...direct, ...options }));
    return runModel(graph, inputs, await module.load());
  },
  async load(graph) {
    const model = await (await importEmitted(await compile(graph, direct))).load();
    return (inputs) => runModel(graph, inputs, model);
  },
};

/** Runs the emitted WebAssembly, imported as Node does, of the variant whose file ends so. */
function wasmExecutor(name: string, ending: RegExp): Executor {
  const loadModel = async (graph: Graph, options: CompileOptions): Promise<LoadedModel> => {
    const { load, files } = await wasmModule(graph, options);
    const bytes = files.find(({ path }) => ending.test(path))?.contents as Uint8Array<ArrayBuffer>;
    return load({ wasm: await WebAssembly.compile(bytes) });
  };
  return {
    name,
    run: async (graph, inputs, options = {}) => runModel(graph, inputs, await loadModel(graph, options)),
    async load(graph) {
      const model = await loadModel(graph, {});
      return (inputs) => runModel(graph, inputs, model);
    },
  };
}

type WasmModule = Pick<GeneratedModule, "load"> & Pick<Compiled, "files">;

const wasmModules = new WeakMap<Graph, Map<string, Promise<WasmModule>>>();

/** A graph is compiled once for both variants. */
function wasmModule(graph: Graph, options: CompileOptions): Promise<WasmModule> {
  const key = JSON.stringify(options);
  const known = wasmModules.get(graph) ?? new Map<string, Promise<WasmModule>>();
  wasmModules.set(graph, known);
  const found = known.get(key) ?? importedWasm(graph, options);
  known.set(key, found);
  return found;
}

async function importedWasm(graph: Graph, options: CompileOptions): Promise<WasmModule> {
  const { files } = await compile(graph, { ...direct, ...options, target: "wasm" });
  const { load } = await importEmitted({ files });
  return { load, files };
}

export const wasm = wasmExecutor("wasm", /(?<!\.relaxed)\.wasm$/);

/** Products may be added without rounding them first: equal where sums are exact. The engine must have relaxed SIMD: relaxed-simd.ts. */
export const relaxedWasm = wasmExecutor("wasm, relaxed", /\.relaxed\.wasm$/);

/** All but the reference, which the others are held against. */
export const executors: readonly Executor[] = [loops, javascript, vectorLoops, wasm, relaxedWasm];
