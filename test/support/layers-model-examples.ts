/** Small layers models of TensorFlow.js, as savers write them, with weights that are small whole numbers. */
import type { Json } from "../../src/frontends/tfjs/json.js";
import type { GraphModelFiles } from "./tfjs-graph-fuzz.js";

export type Weights = Readonly<Record<string, readonly number[]>>;

/** A model.json of that topology and its one file of weights: of each weight the shape, the values count up from −3 to 3. */
export function layersFiles(topology: Json, weights: Weights = {}): GraphModelFiles {
  const entries = Object.entries(weights).map(([name, shape]) => ({ name, shape, dtype: "float32" }));
  const values = entries.map(({ shape }) => countingValues(shape.reduce((product, size) => product * size, 1)));
  const json = {
    format: "layers-model",
    modelTopology: topology,
    weightsManifest: [{ paths: ["w.bin"], weights: entries }],
  };
  return { json, weights: Buffer.concat(values.map((each) => new Uint8Array(each.buffer))) };
}

/** 0, 1, 2, 3, −3, −2, −1, 0, … */
export function countingValues(count: number): Float32Array {
  return Float32Array.from({ length: count }, (_, i) => ((i + 3) % 7) - 3);
}

type Config = Readonly<Record<string, Json>>;

export function sequential(...layers: readonly (readonly [className: string, config: Config])[]): Json {
  const list = layers.map(([className, config]) => ({ class_name: className, config }));
  return { class_name: "Sequential", config: { name: "sequential", layers: list } };
}

/** A layer of a functional model; of each call its inputs. */
export function called(className: string, name: string, config: Config, ...calls: readonly Json[]): Json {
  return { class_name: className, name, config: { ...config, name }, inbound_nodes: calls };
}

export function inputLayer(name: string, shape: readonly (number | null)[], dtype = "float32"): Json {
  return called("InputLayer", name, { batch_input_shape: shape, dtype });
}

/** `inputs` and `outputs` are `[layer, call, result]`. */
export function functional(layers: readonly Json[], inputs: Json, outputs: Json, name = "model"): Json {
  return { class_name: "Functional", config: { name, layers, input_layers: inputs, output_layers: outputs } };
}

const at = (layer: string, call = 0, result = 0): Json => [layer, call, result, {}];

/** Convolutions, poolings, borders and a dense layer in a row; the input is the first layer's. */
export function imageExample(): GraphModelFiles {
  const topology = sequential(
    [
      "Conv2D",
      {
        name: "conv",
        filters: 3,
        kernel_size: [3, 3],
        padding: "same",
        activation: "relu",
        batch_input_shape: [null, 8, 8, 2],
      },
    ],
    ["BatchNormalization", { name: "norm", axis: [3], epsilon: 1 }],
    ["MaxPooling2D", { name: "pool", pool_size: [2, 2] }],
    [
      "ZeroPadding2D",
      {
        name: "border",
        padding: [
          [1, 0],
          [0, 1],
        ],
      },
    ],
    ["Conv2DTranspose", { name: "up", filters: 2, kernel_size: 2, strides: 2 }],
    ["UpSampling2D", { name: "larger", size: [1, 2] }],
    ["Dropout", { name: "drop", rate: 0.5 }],
    ["Flatten", { name: "flat" }],
    ["Dense", { name: "dense", units: 4, activation: "softmax" }],
  );
  const norm = Object.fromEntries(["gamma", "beta", "moving_mean"].map((part) => [`norm/${part}`, [3]]));
  return layersFiles(topology, {
    "conv/kernel": [3, 3, 2, 3],
    "conv/bias": [3],
    ...norm,
    "norm/moving_variance": [3],
    "up/kernel": [2, 2, 2, 3],
    "up/bias": [2],
    "dense/kernel": [400, 4],
    "dense/bias": [4],
  });
}

/** Two inputs, a layer called twice, a model inside the model, and two outputs. */
export function sharedExample(): GraphModelFiles {
  const inner = functional(
    [inputLayer("inside", [null, 3]), called("Dense", "deep", { units: 3, use_bias: false }, [at("inside")])],
    [["inside", 0, 0]],
    [["deep", 0, 0]],
    "inner",
  ) as Config;
  const layers: readonly Json[] = [
    inputLayer("a", [null, 3]),
    inputLayer("b", [null, 3]),
    called("Dense", "shared", { units: 3 }, [at("a")], [at("b")]),
    { ...inner, name: "inner", inbound_nodes: [[at("shared", 0)]] },
    called("Add", "sum", {}, [at("inner", 1), at("shared", 1)]),
    called("Concatenate", "both", { axis: -1 }, [at("sum"), at("a")]),
  ];
  const topology = functional(
    layers,
    [
      ["a", 0, 0],
      ["b", 0, 0],
    ],
    [
      ["sum", 0, 0],
      ["both", 0, 0],
    ],
  );
  return layersFiles(topology, { "shared/kernel": [3, 3], "shared/bias": [3], "deep/kernel": [3, 3] });
}

/** Numbers, vectors for them, and both directions of time; what is zero does not count. */
export function textExample(): GraphModelFiles {
  const lstm: Config = { name: "lstm", units: 2, return_sequences: true };
  const topology = sequential(
    ["Embedding", { name: "words", input_dim: 5, output_dim: 3, mask_zero: true, batch_input_shape: [null, 4] }],
    ["Bidirectional", { name: "ways", merge_mode: "sum", layer: { class_name: "LSTM", config: lstm } }],
    ["TimeDistributed", { name: "each", layer: { class_name: "Dense", config: { name: "d", units: 2 } } }],
    ["GRU", { name: "gru", units: 2, reset_after: true }],
  );
  const way = (name: string): Weights => ({
    [`ways/${name}_lstm/lstm_cell/kernel`]: [3, 8],
    [`ways/${name}_lstm/lstm_cell/recurrent_kernel`]: [2, 8],
    [`ways/${name}_lstm/lstm_cell/bias`]: [8],
  });
  return layersFiles(topology, {
    "words/embeddings": [5, 3],
    ...way("forward"),
    ...way("backward"),
    "each/kernel": [2, 2],
    "each/bias": [2],
    "gru/kernel": [2, 6],
    "gru/recurrent_kernel": [2, 6],
    "gru/bias": [2, 6],
  });
}

/** Channels first, separable and depthwise convolutions, and what is left of attention. */
export function channelsFirstExample(): GraphModelFiles {
  const first = { data_format: "channels_first" } as const;
  const topology = sequential(
    [
      "DepthwiseConv2D",
      { name: "deep", kernel_size: [2, 2], depth_multiplier: 2, ...first, batch_input_shape: [null, 2, 6, 6] },
    ],
    ["SeparableConv2D", { name: "apart", filters: 3, kernel_size: [3, 3], dilation_rate: [1, 1], ...first }],
    ["AveragePooling2D", { name: "pool", pool_size: [2, 2], strides: [1, 1], padding: "same", ...first }],
    ["Permute", { name: "turn", dims: [2, 3, 1] }],
    ["Reshape", { name: "rows", target_shape: [9, -1] }],
    ["LayerNormalization", { name: "norm", epsilon: 1 }],
    ["MultiHeadAttention", { name: "attend", num_heads: 2, key_dim: 2 }],
    ["GlobalAveragePooling1D", { name: "mean" }],
  );
  const heads = ["query", "key", "value"].flatMap((name) => [
    [`attend/${name}/kernel`, [3, 2, 2]],
    [`attend/${name}/bias`, [2, 2]],
  ]);
  return layersFiles(topology, {
    "deep/depthwise_kernel": [2, 2, 2, 2],
    "deep/bias": [4],
    "apart/depthwise_kernel": [3, 3, 4, 1],
    "apart/pointwise_kernel": [1, 1, 4, 3],
    "apart/bias": [3],
    "norm/gamma": [3],
    "norm/beta": [3],
    ...(Object.fromEntries(heads) as Weights),
    "attend/attention_output/kernel": [2, 2, 3],
    "attend/attention_output/bias": [3],
  });
}

export const layersModelExamples = {
  image: imageExample,
  shared: sharedExample,
  text: textExample,
  channelsFirst: channelsFirstExample,
} as const;
