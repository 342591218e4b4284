/** A small model with weights, compiled, written and imported: for tests of what surrounds kernels. */
import { compile, type Compiled, type CompileOptions } from "../../src/compile.js";
import { graph } from "../../src/frontends/code/graph.js";
import type { Graph } from "../../src/ir/graph/graph.js";
import { importFrom, writeEmitted, type LoadedModel } from "./import-module.js";

/** A whole number that is no f16: weights of such stay f32. */
const unit = 4097;

/** relu(x · w), whole numbers. */
export function dense(scale = 1): Graph {
  return graph("dense", (t) => {
    const weights = Float32Array.from({ length: 64 * 80 }, (_, i) => scale * unit * ((i % 7) - 3));
    t.output("y", t.relu(t.matmul(t.input("x", [2, 64]), t.parameter("w", [64, 80], weights))));
  });
}

export const denseInput = Float32Array.from({ length: 128 }, (_, i) => (i % 5) - 2);

/** What `dense()` makes of `denseInput`. */
export const denseOutput = Float32Array.from({ length: 160 }, (_, at) => {
  const [row, column] = [Math.floor(at / 80), at % 80];
  let sum = 0;
  for (let k = 0; k < 64; k++) sum += (denseInput[row * 64 + k] ?? 0) * unit * (((k * 80 + column) % 7) - 3);
  return Math.max(sum, 0);
});

export interface OwningModel extends LoadedModel {
  readonly target: string;
  input(name: string): Float32Array;
  output(name: string): Float32Array;
}

export interface LoadArguments {
  readonly weights?: unknown;
  readonly wasm?: unknown;
  readonly target?: string;
}

export interface OwningModule {
  load(options?: LoadArguments): Promise<OwningModel>;
}

export interface EmittedModule {
  readonly made: Compiled;
  readonly folder: string;
  readonly module: OwningModule;
  /** The bytes of a file of it. */
  file(path: string): Uint8Array<ArrayBuffer>;
}

/** Compiles, writes and imports a graph. */
export async function emittedModule(model: Graph, options: CompileOptions): Promise<EmittedModule> {
  const made = await compile(model, options);
  const folder = writeEmitted(made);
  const file = (path: string): Uint8Array<ArrayBuffer> => {
    const contents = made.files.find((each) => each.path === path)?.contents ?? "";
    return typeof contents === "string" ? new TextEncoder().encode(contents) : contents.slice();
  };
  return { made, folder, file, module: await importFrom<OwningModule>(folder, made.files[0]?.path ?? "") };
}
