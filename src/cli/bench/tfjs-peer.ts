/**
 * TensorFlow.js on one thread. It reads no ONNX, so that it plays the graph as ours is after tidying up: channels last, scales folded into
 * filters, and a convolution with its bias and activation in one call, as converters to its own format leave it.
 */
import { createRequire } from "node:module";
import { dirname, sep } from "node:path";
import { lower } from "../../compile.js";
import { fail } from "../../diagnostics/error.js";
import type { Graph, Node, Value } from "../../ir/graph/graph.js";
import type { Tensor } from "../../ir/types/tensor.js";
import type { GivenModel, Peer, PreparedModel } from "./peer.js";
import { findPackages, loadPackage, type FoundPackage } from "./peer-packages.js";
import { planSteps, type TfStep } from "./tfjs-plan.js";
import type { Tensorflow, TfTensor } from "./tfjs-operators.js";

const backends = {
  "tfjs-wasm": { name: "wasm", package: "@tensorflow/tfjs-backend-wasm" },
  "tfjs-cpu": { name: "cpu", package: "@tensorflow/tfjs-backend-cpu" },
};

interface WasmBackend {
  setWasmPaths(folder: string): void;
}

/** Fails with `command/peer` where a package is not installed. */
export function tfjsPeer(name: keyof typeof backends, folder: string): Peer {
  const backend = backends[name];
  const [core, found] = findPackages(folder, ["@tensorflow/tfjs-core", backend.package]);
  if (core === undefined || found === undefined) fail("command/peer", { at: name });
  return {
    name,
    version: found.version,
    prepare: async (model) => playGraph(await loadTensorflow(core, found), backend.name, model),
  };
}

/** The core that the back end itself uses: two copies would not know each other. */
async function loadTensorflow(core: FoundPackage, backend: FoundPackage): Promise<Tensorflow> {
  const own = createRequire(backend.file).resolve("@tensorflow/tfjs-core");
  const tf = await loadPackage<Tensorflow>({ ...core, file: own });
  tf.enableProdMode();
  const loaded = await loadPackage<Partial<WasmBackend>>(backend);
  if (loaded.setWasmPaths !== undefined) {
    tf.env().set("WASM_HAS_MULTITHREAD_SUPPORT", false);
    loaded.setWasmPaths(`${dirname(backend.file)}${sep}`);
  }
  return tf;
}

async function playGraph(tf: Tensorflow, backend: string, { graph, inputs }: GivenModel): Promise<PreparedModel> {
  await tf.setBackend(backend);
  const tidy = tidied(graph);
  const steps = planSteps(tidy);
  const constants = new Map(tidy.nodes.flatMap((node) => constantOf(tf, node)));
  const given = tidy.inputs.map(({ name, value }): [Value, TfTensor] => [value, uploaded(tf, inputs[name])]);
  const play = () => {
    const results = tf.tidy(() => playSteps(tf, steps, tidy, new Map([...constants, ...given])));
    const arrays = results.map((result) => result.dataSync());
    tf.dispose(results.filter((result) => !given.some(([, input]) => input === result)));
    return arrays;
  };
  const outputs = () => {
    const arrays = play();
    return Object.fromEntries(tidy.outputs.map(({ name }, i) => [name, (arrays[i] ?? new Float32Array()).slice()]));
  };
  return {
    select: () => tf.setBackend(backend),
    run: () => void play(),
    outputs: () => Promise.resolve(outputs()),
    release: () => tf.dispose([...constants.values(), ...given.map(([, input]) => input)]),
  };
}

/** The graph after the passes that every runtime does in some way. */
function tidied(graph: Graph): Graph {
  let last = graph;
  lower(graph, { stopAfter: "fold-batch-norm", onAfterPass: ({ after }) => (last = after) });
  return last;
}

function playSteps(tf: Tensorflow, steps: readonly TfStep[], graph: Graph, values: Map<Value, TfTensor>): TfTensor[] {
  for (const { operands, results, compute } of steps) {
    const made = compute(
      tf,
      operands.map((operand) => valueOf(values, operand)),
    );
    const list = Array.isArray(made) ? (made as readonly TfTensor[]) : [made as TfTensor];
    results.forEach((result, i) => {
      const { [i]: tensor } = list;
      if (tensor !== undefined) values.set(result, tensor);
    });
  }
  return graph.outputs.map(({ value }) => valueOf(values, value));
}

function valueOf(values: ReadonlyMap<Value, TfTensor>, value: Value): TfTensor {
  const found = values.get(value);
  if (found === undefined) throw new Error(`${value.name} has no value`);
  return found;
}

function constantOf(tf: Tensorflow, { op, attributes, results: [result] }: Node): [Value, TfTensor][] {
  if (op.name !== "constant" || result === undefined) return [];
  const { value } = attributes as { readonly value: Tensor };
  return [[result, uploaded(tf, value)]];
}

const types: Readonly<Record<string, string>> = { f32: "float32", i32: "int32", bool: "bool" };

function uploaded(tf: Tensorflow, tensor: Tensor | undefined): TfTensor {
  const { [tensor?.elementType ?? ""]: type } = types;
  if (tensor === undefined || type === undefined) throw new Error(`no element type ${tensor?.elementType ?? "at all"}`);
  return tf.tensor(tensor.data, tensor.shape, type);
}
