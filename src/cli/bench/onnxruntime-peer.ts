/** onnxruntime, in WebAssembly or native, on one thread: a session of the model's own file. */
import type { ElementType, TypedArray } from "../../ir/types/element-type.js";
import type { Tensor } from "../../ir/types/tensor.js";
import type { GivenModel, Peer, PreparedModel } from "./peer.js";
import { findPackages, loadPackage } from "./peer-packages.js";

/** What is used of the packages' exports. */
interface Onnxruntime {
  readonly env: { logLevel?: string; readonly wasm?: { numThreads?: number } };
  readonly InferenceSession: { create(model: Uint8Array, options: object): Promise<Session> };
  readonly Tensor: new (type: string, data: TypedArray, dimensions: readonly number[]) => object;
}

interface Session {
  run(feeds: Readonly<Record<string, object>>): Promise<Readonly<Record<string, { readonly data: TypedArray }>>>;
  release(): Promise<void>;
}

const settings = {
  "onnxruntime-web": { executionProviders: ["wasm"] },
  "onnxruntime-node": { executionProviders: ["cpu"], intraOpNumThreads: 1, interOpNumThreads: 1 },
};

/** Fails with `command/peer` where the package is not installed. */
export function onnxruntimePeer(name: keyof typeof settings, folder: string): Peer {
  const [found] = findPackages(folder, [name]);
  return {
    name,
    version: found?.version ?? "",
    prepare: async (model) => {
      if (found === undefined || model.file === undefined) throw new Error("it reads ONNX files only");
      const runtime = await loadPackage<Onnxruntime>(found);
      return openSession(runtime, model.file, model.inputs, settings[name]);
    },
  };
}

async function openSession(
  runtime: Onnxruntime,
  file: Uint8Array,
  inputs: GivenModel["inputs"],
  options: object,
): Promise<PreparedModel> {
  runtime.env.logLevel = "error";
  if (runtime.env.wasm !== undefined) runtime.env.wasm.numThreads = 1;
  const common = { graphOptimizationLevel: "all", executionMode: "sequential", logSeverityLevel: 3 };
  const session = await runtime.InferenceSession.create(file, { ...common, ...options });
  const feeds = Object.fromEntries(
    Object.entries(inputs).map(([name, { elementType, data, shape }]: [string, Tensor]) => {
      return [name, new runtime.Tensor(typeNames[elementType], data, shape)];
    }),
  );
  return {
    run: () => session.run(feeds),
    outputs: async () => {
      const results = Object.entries(await session.run(feeds));
      return Object.fromEntries(results.map(([name, { data }]) => [name, data]));
    },
    release: () => session.release(),
  };
}

const typeNames: Readonly<Record<ElementType, string>> = {
  f32: "float32",
  f64: "float64",
  f16: "float16",
  bf16: "bfloat16",
  i8: "int8",
  i16: "int16",
  i32: "int32",
  i64: "int64",
  u8: "uint8",
  u16: "uint16",
  u32: "uint32",
  u64: "uint64",
  bool: "bool",
};
