/** A graph of one op from a plain description: what `emitKernel` and `unstride kernel` compile. */
import { fail } from "../diagnostics/error.js";
import { graph, type GraphTools } from "../frontends/code/graph.js";
import type { ConvTransposeOptions } from "../frontends/code/windows.js";
import type { Graph, Value } from "../ir/graph/graph.js";
import type { Shape } from "../ir/types/shape.js";

/** One op with its shapes, channels last; names and layouts are TensorFlow's. */
export interface OpSpec {
  readonly op: KernelOp;
  /** Shape of the first operand; `[N, spatial…, C]` for windows. */
  readonly input: Shape;
  /** `[kernel…, in/groups, out]`, for transposed convolutions `[kernel…, out/groups, in]`; for matmul the second operand's shape. */
  readonly filter?: Shape;
  /** Kernel sizes of a pooling. */
  readonly kernel?: number | readonly number[];
  readonly strides?: number | readonly number[];
  readonly dilations?: number | readonly number[];
  readonly padding?: ConvTransposeOptions["padding"];
  /** Transposed convolutions: the shape wanted, spatial sizes or all. */
  readonly output?: Shape;
  readonly outputPadding?: number | readonly number[];
  readonly groups?: number;
  /** A bias of shape [out] as a further parameter. */
  readonly bias?: boolean;
  /** Applied to the result. */
  readonly activation?: "relu" | "sigmoid" | "tanh" | "relu6";
}

/** A description whose op has not been looked up yet. */
export type NamedSpec = Omit<OpSpec, "op"> & { readonly op: string };

type Apply = (tools: GraphTools, x: Value, spec: NamedSpec) => Value;

const convolution =
  (tool: "conv1d" | "conv2d" | "conv3d" | "depthwiseConv2d"): Apply =>
  (tools, x, spec) =>
    tools[tool](x, filterOf(tools, spec), convOptions(tools, spec));

const transposed =
  (tool: "conv1dTranspose" | "conv2dTranspose" | "conv3dTranspose"): Apply =>
  (tools, x, spec) =>
    tools[tool](x, filterOf(tools, spec), {
      ...convOptions(tools, spec),
      ...(spec.output && { outputShape: spec.output }),
      ...(spec.outputPadding !== undefined && { outputPadding: spec.outputPadding }),
    });

const pooled =
  (tool: "maxPool" | "avgPool"): Apply =>
  (tools, x, spec) =>
    tools[tool](x, { ...windowOptions(spec), kernel: spec.kernel ?? missing(spec, "kernel") });

const operations = {
  conv1d: convolution("conv1d"),
  conv2d: convolution("conv2d"),
  conv3d: convolution("conv3d"),
  depthwise_conv2d: convolution("depthwiseConv2d"),
  conv1d_transpose: transposed("conv1dTranspose"),
  conv2d_transpose: transposed("conv2dTranspose"),
  conv3d_transpose: transposed("conv3dTranspose"),
  max_pool: pooled("maxPool"),
  avg_pool: pooled("avgPool"),
  matmul: (tools, x, spec) => tools.matmul(x, filterOf(tools, spec)),
  softmax: (tools, x) => tools.softmax(x),
} satisfies Readonly<Record<string, Apply>>;

export type KernelOp = keyof typeof operations;

/** Names of ops that kernels are made of. */
export const kernelOps: readonly string[] = Object.keys(operations);

/** The graph of `spec`: inputs x, then w, then b, and output y. Fails with `command/kernel` and what the op's constraints say. */
export function kernelGraph(spec: NamedSpec): Graph {
  const apply = Object.hasOwn(operations, spec.op) ? operations[spec.op as KernelOp] : unknownOp(spec.op);
  return graph(spec.op, (tools) => {
    const result = apply(tools, tools.input("x", spec.input), spec);
    tools.output("y", spec.activation === undefined ? result : activated(tools, result, spec.activation));
  });
}

function activated(tools: GraphTools, value: Value, activation: NonNullable<OpSpec["activation"]>): Value {
  return activation === "relu6" ? tools.clip(value, { low: 0, high: 6 }) : tools[activation](value);
}

function filterOf(tools: GraphTools, spec: NamedSpec): Value {
  return tools.input("w", spec.filter ?? missing(spec, "filter"));
}

function windowOptions({ strides, dilations, padding }: NamedSpec) {
  return {
    ...(strides !== undefined && { strides }),
    ...(dilations !== undefined && { dilations }),
    ...(padding !== undefined && { padding }),
  };
}

function convOptions(tools: GraphTools, spec: NamedSpec) {
  const { groups, bias } = spec;
  return {
    ...windowOptions(spec),
    ...(groups !== undefined && { groups }),
    ...(bias === true && { bias: tools.input("b", [outputChannels(spec)]) }),
  };
}

function outputChannels({ op, filter = [], groups = 1 }: NamedSpec): number {
  const [last = 1, beforeLast = 1] = [filter.at(-1), filter.at(-2)];
  if (op.endsWith("_transpose")) return beforeLast * groups;
  return op.startsWith("depthwise") ? last * beforeLast : last;
}

function missing(spec: NamedSpec, part: string): never {
  return fail("command/kernel", { at: spec.op, expected: `${part}, as the op needs one`, found: "nothing" });
}

function unknownOp(op: string): never {
  return fail("command/kernel", { expected: kernelOps.join(", "), found: op });
}
