/** The names users know operations by, and what each name implies: whose words, which layout, how many dimensions. */
import { refuse } from "./sizes.js";
import type { Convention, Operation } from "../../ir/geometry/solver/problem.js";

export type Gradient = "input" | "filter" | "all";

/** What an operation's name says by itself. */
export interface NamedOperation {
  readonly name: string;
  readonly operation: Operation;
  readonly convention: Convention;
  readonly channelsLast: boolean;
  /** Undefined where the name fits any number of spatial dimensions. */
  readonly rank: number | undefined;
  readonly depthwise: boolean;
  /** Set for the operations that are gradients of a convolution. */
  readonly gradient: Gradient | undefined;
}

interface Pattern {
  readonly pattern: RegExp;
  readonly operation: Operation;
  readonly convention: Convention;
  readonly gradient?: Gradient;
}

/** In the spelling each framework uses; the first that fits decides. A digit before D or d is the number of dimensions. */
const patterns: readonly Pattern[] = [
  { pattern: /^conv([123])d_transpose$/, operation: "conv_transpose", convention: "tensorflow" },
  { pattern: /^conv([123])d_backprop_input(?:_v2)?$/, operation: "conv", convention: "tensorflow", gradient: "input" },
  {
    pattern: /^conv([123])d_backprop_filter(?:_v2)?$/,
    operation: "conv",
    convention: "tensorflow",
    gradient: "filter",
  },
  { pattern: /^Conv([123])DBackpropInput(?:V2)?$/, operation: "conv", convention: "tensorflow", gradient: "input" },
  { pattern: /^Conv([123])DBackpropFilter(?:V2)?$/, operation: "conv", convention: "tensorflow", gradient: "filter" },
  { pattern: /^depthwise_conv([123])d(?:_native)?$/, operation: "conv", convention: "tensorflow" },
  { pattern: /^conv([123])d$/, operation: "conv", convention: "tensorflow" },
  { pattern: /^convolution$/, operation: "conv", convention: "tensorflow" },
  { pattern: /^max_pool(?:([123])d)?$/, operation: "max_pool", convention: "tensorflow" },
  { pattern: /^avg_pool(?:([123])d)?$/, operation: "avg_pool", convention: "tensorflow" },
  { pattern: /^Conv([123])DTranspose$/, operation: "conv_transpose", convention: "keras" },
  { pattern: /^(?:Depthwise)?Conv([123])D$/, operation: "conv", convention: "keras" },
  { pattern: /^Max(?:Pooling|Pool)([123])D$/, operation: "max_pool", convention: "keras" },
  { pattern: /^(?:AveragePooling|AvgPool)([123])D$/, operation: "avg_pool", convention: "keras" },
  { pattern: /^ConvTranspose([123])d$/, operation: "conv_transpose", convention: "pytorch" },
  { pattern: /^conv_transpose([123])d$/, operation: "conv_transpose", convention: "pytorch" },
  { pattern: /^conv([123])d_input$/, operation: "conv", convention: "pytorch", gradient: "input" },
  { pattern: /^conv([123])d_weight$/, operation: "conv", convention: "pytorch", gradient: "filter" },
  { pattern: /^conv([123])d_backward_data$/, operation: "conv", convention: "pytorch", gradient: "input" },
  { pattern: /^conv([123])d_backward_filter$/, operation: "conv", convention: "pytorch", gradient: "filter" },
  { pattern: /^Conv([123])d$/, operation: "conv", convention: "pytorch" },
  { pattern: /^MaxPool([123])d$/, operation: "max_pool", convention: "pytorch" },
  { pattern: /^AvgPool([123])d$/, operation: "avg_pool", convention: "pytorch" },
  { pattern: /^Deconvolution(?:([123])D)?$/, operation: "conv_transpose", convention: "pytorch" },
  { pattern: /^ConvTranspose$/, operation: "conv_transpose", convention: "onnx" },
  { pattern: /^Conv$/, operation: "conv", convention: "onnx" },
  { pattern: /^MaxPool$/, operation: "max_pool", convention: "onnx" },
  { pattern: /^AveragePool$/, operation: "avg_pool", convention: "onnx" },
  { pattern: /^conv_transpose$/, operation: "conv_transpose", convention: "jax" },
  { pattern: /^conv_general_dilated$/, operation: "conv", convention: "jax" },
];

/** Names shown by `--help` and in errors. */
export const operationExamples =
  "conv2d, conv2d_transpose, conv3d_backprop_input, max_pool (TensorFlow); Conv2D, Conv2DTranspose, MaxPooling2D (Keras); " +
  "Conv2d, ConvTranspose2d, conv_transpose2d, MaxPool2d (PyTorch); Conv, ConvTranspose, MaxPool (ONNX); conv_transpose (JAX)";

/** The operation a name stands for; a module prefix such as `torch.nn.` decides whose words. Fails with `command/option`. */
export function namedOperation(text: string): NamedOperation {
  const name = text.slice(text.lastIndexOf(".") + 1);
  for (const { pattern, operation, convention, gradient } of patterns) {
    const match = pattern.exec(name);
    if (!match) continue;
    const whose = conventionOfModule(text) ?? convention;
    return {
      name: text,
      operation,
      convention: whose,
      channelsLast: isChannelsLast(whose),
      rank: match[1] === undefined ? undefined : Number(match[1]),
      depthwise: /^depthwise/i.test(name),
      gradient,
    };
  }
  return refuse("the operation", `a name such as ${operationExamples}`, text);
}

function conventionOfModule(text: string): Convention | undefined {
  if (/^(?:tf\.)?(?:keras|layers)\./.test(text)) return "keras";
  if (/^(?:torch|nn|F)\./.test(text)) return "pytorch";
  return /^(?:jax|lax)\./.test(text) ? "jax" : undefined;
}

/** The layout a convention has unless told otherwise. */
export function isChannelsLast(convention: Convention): boolean {
  return convention !== "pytorch" && convention !== "onnx";
}
