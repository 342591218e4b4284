/** Layers models: how layers are connected, what inputs and outputs are called, and where weights are found. */
import { describe, expect, test } from "vitest";
import type { Json } from "../../../../../src/frontends/tfjs/json.js";
import {
  called,
  functional,
  inputLayer,
  layersFiles,
  sequential,
  sharedExample,
  type Weights,
} from "../../../../support/layers-model-examples.js";
import { imported, run, type Options } from "./importing.js";

const dense = (name: string, more: Readonly<Record<string, Json>> = {}) =>
  ["Dense", { name, units: 2, use_bias: false, ...more }] as const;
/** 0, 1, 2, 3 */
const square: Weights = { "d/kernel": [2, 2] };
const one: Options = { dimensions: { batch: 1 } };

function graphOf(topology: Json, weights: Weights = square, options: Options = one) {
  return imported(layersFiles(topology, weights), options);
}

describe("sequential models", () => {
  test("a first layer that is no input gets one, named after it", async () => {
    const graph = await graphOf(sequential(dense("d", { batch_input_shape: [null, 2] })));
    expect(graph.inputs.map(({ name }) => name)).toEqual(["d_input"]);
    expect(run(graph, { d_input: [1, 10] })).toEqual({ d: [20, 31] });
  });

  test("the config of older versions is the list of layers itself, under model_config", async () => {
    const list = [{ class_name: "Dense", config: { ...dense("d")[1], batch_input_shape: [null, 2] } }];
    const topology = { keras_version: "2.1.6", model_config: { class_name: "Sequential", config: list } };
    expect(run(await graphOf(topology), { d_input: [1, 10] })).toEqual({ d: [20, 31] });
  });

  test("names of TensorFlow.js' own, camel-case ones, mean the same", async () => {
    const config = { name: "d", units: 2, useBias: false, kernelInitializer: { className: "Ones" } };
    const graph = await graphOf(sequential(["Dense", { ...config, batchInputShape: [null, 2] }]));
    expect(run(graph, { d_input: [1, 10] })).toEqual({ d: [20, 31] });
  });
});

describe("functional models", () => {
  test("a layer called twice shares its weights, a model inside counts its calls from one", async () => {
    const graph = await imported(sharedExample(), one);
    expect(graph.nodes.filter(({ op }) => op.name === "constant")).toHaveLength(3);
    const matrix = [0, 1, 2, 3, -3, -2, -1, 0, 1];
    const shared = (x: readonly number[]) => product(x, matrix, [0, 1, 2]);
    const [a, b] = [
      [1, 0, 2],
      [0, 1, -1],
    ];
    const inner = product(shared(a), matrix, [0, 0, 0]);
    const sum = inner.map((each, i) => each + shared(b)[i]);
    const found = run(graph, { a, b });
    expect(found).toEqual({ sum, both: [...sum, ...a] });
  });

  test("layers stand in any order; outputs of one layer get names of their own", async () => {
    const layers = [
      called("Dense", "d", { units: 2, use_bias: false }, [["x", 0, 0, {}]], [["d", 0, 0, {}]]),
      inputLayer("x", [null, 2]),
    ];
    const graph = await graphOf(
      functional(
        layers,
        [["x", 0, 0]],
        [
          ["d", 0, 0],
          ["d", 1, 0],
        ],
      ),
    );
    expect(run(graph, { x: [1, 10] })).toEqual({ d: [20, 31], d_1: [62, 113] });
  });

  test("a model at every time step", async () => {
    const inside = [inputLayer("i", [null, 2]), called("Dense", "d", { units: 2, use_bias: false }, [["i", 0, 0]])];
    const layer = functional(inside, [["i", 0, 0]], [["d", 0, 0]]);
    const each = ["TimeDistributed", { name: "each", layer, batch_input_shape: [1, 2, 2] }] as const;
    const graph = await graphOf(sequential(each), square, {});
    expect(run(graph, { each_input: [1, 10, 1, 0] })).toEqual({ each: [20, 31, 0, 1] });
  });

  test("calls as Keras 3 writes them", async () => {
    const history = { class_name: "__keras_tensor__", config: { shape: [null, 2], keras_history: ["x", 0, 0] } };
    const call = { args: [[history, history]], kwargs: { training: false } };
    const layers = [inputLayer("x", [null, 2]), called("Add", "twice", {}, call)];
    const graph = await graphOf(functional(layers, ["x", 0, 0], ["twice", 0, 0]), {});
    expect(run(graph, { x: [1, 10] })).toEqual({ twice: [2, 20] });
  });

  test("inputs of whole numbers, and a shape other than the one it was made with", async () => {
    const layers = [inputLayer("i", [1, 4], "int32"), called("Rescaling", "r", { scale: 0.5 }, [["i", 0, 0]])];
    const graph = await graphOf(functional(layers, [["i", 0, 0]], [["r", 0, 0]]), {}, { shapes: { i: [1, 2] } });
    expect(graph.inputs[0].value.type).toEqual({ elementType: "i32", shape: [1, 2] });
    expect(run(graph, { i: [3, 4] })).toEqual({ r: [1.5, 2] });
  });
});

describe("weights", () => {
  test.each(["d/kernel", "d/cell/kernel", "d/0"])("under the name %s", async (name) => {
    const graph = await graphOf(sequential(dense("d", { batch_input_shape: [1, 2] })), { [name]: [2, 2] }, {});
    expect(run(graph, { d_input: [1, 10] })).toEqual({ d: [20, 31] });
  });
});

describe("masks and states", () => {
  const rnn = { units: 1, activation: "linear", use_bias: false };
  const sum: Weights = { "rnn/kernel": [1, 1], "rnn/recurrent_kernel": [1, 1] };

  test("steps that a mask leaves out keep the state", async () => {
    const masking = ["Masking", { name: "m", mask_value: 5, batch_input_shape: [1, 3, 1] }] as const;
    const files = layersFiles(sequential(masking, ["SimpleRNN", { name: "rnn", ...rnn }]), sum);
    new Float32Array(files.weights.buffer, files.weights.byteOffset, 2).set([1, 1]);
    const graph = await imported(files);
    expect(run(graph, { m_input: [1, 2, 3] })).toEqual({ rnn: [6] });
    expect(run(graph, { m_input: [1, 5, 3] })).toEqual({ rnn: [4] });
  });

  test("states that are kept become inputs and outputs", async () => {
    const config = { name: "rnn", ...rnn, stateful: true, batch_input_shape: [1, 2, 1] };
    const files = layersFiles(sequential(["SimpleRNN", config]), sum);
    new Float32Array(files.weights.buffer, files.weights.byteOffset, 2).set([1, 1]);
    const graph = await imported(files);
    const first = run(graph, { rnn_input: [1, 2], "rnn/state_0": [0] });
    expect(first).toEqual({ rnn: [3], "rnn/next_state_0": [3] });
    expect(run(graph, { rnn_input: [1, 2], "rnn/state_0": [3] })).toEqual({ rnn: [6], "rnn/next_state_0": [6] });
  });
});

/** x · matrix + bias, the matrix row by row. */
function product(x: readonly number[], matrix: readonly number[], bias: readonly number[]): readonly number[] {
  return bias.map((start, column) => x.reduce((sum, each, row) => sum + each * (matrix[row * 3 + column] ?? 0), start));
}
