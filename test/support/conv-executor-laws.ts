/**
 * Convolutions with a bias and an activation behind them, on every executor, against the definition: what is fused, placed,
 * scheduled and printed is still the sum of products. Whole numbers, so equality is exact.
 */
import fc from "fast-check";
import { expect } from "vitest";
import { GraphBuilder } from "../../src/ir/graph/builder.js";
import type { Graph, OpDefinition } from "../../src/ir/graph/graph.js";
import { relu } from "../../src/ir/ops/activations.js";
import { add } from "../../src/ir/ops/binary.js";
import { conv, type ConvAttributes } from "../../src/ir/ops/conv.js";
import { convTranspose, type ConvTransposeAttributes } from "../../src/ir/ops/conv-transpose.js";
import { numbers, tensor, type Tensor } from "../../src/ir/types/tensor.js";
import { arbitraryConv, arbitraryConvTranspose } from "./arbitrary-windows.js";
import { convOracle, convTransposeOracle } from "./conv-oracle.js";
import type { Executor } from "./executors.js";
import { integerTensor } from "./integers.js";
import { expectClose } from "./same-meaning.js";

interface Layer {
  readonly input: Tensor;
  readonly filter: Tensor;
  readonly bias: Tensor;
  /** Whether the filter is known at compile time. */
  readonly constant: boolean;
}

/** y = relu(op(x, w) + b) */
function layerGraph<A extends ConvAttributes>(op: OpDefinition<A>, layer: Layer, attributes: Partial<A>): Graph {
  const builder = new GraphBuilder("layer");
  const x = builder.input("x", { elementType: "f32", shape: layer.input.shape });
  const filterType = { elementType: "f32", shape: layer.filter.shape } as const;
  const w = layer.constant ? builder.constant(layer.filter) : builder.input("w", filterType);
  const sum = builder.one(add, [builder.one(op, [x, w], attributes), builder.constant(layer.bias)], {});
  builder.output("y", builder.one(relu, [sum], {}));
  return builder.finish();
}

function layerOf(input: readonly number[], filter: readonly number[], out: number, seed: number): Layer {
  const [x, w, b] = [input, filter, [out]].map((shape, i) => integerTensor(shape, seed + i));
  return { input: x, filter: w, bias: b, constant: seed % 2 === 0 };
}

function withBiasAndRelu(sum: Tensor, bias: Tensor): Tensor {
  const out = bias.shape[0];
  return tensor(
    "f32",
    sum.shape,
    [...numbers(sum)].map((value, i) => Math.max(0, value + numbers(bias)[i % out])),
  );
}

async function expectOutput(
  executor: Executor,
  graph: Graph,
  { input, filter, constant }: Layer,
  expected: Tensor,
  algorithm?: ConvTransposeAlgorithm,
): Promise<void> {
  const inputs = constant ? { x: input } : { x: input, w: filter };
  // By Winograd's algorithm sums are not exact: its laws are in winograd-laws.
  const options = { winograd: "off" } as const;
  const outputs = await executor.run(graph, inputs, algorithm === undefined ? options : { ...options, algorithm });
  const found = outputs.get("y");
  expect(found).toBeDefined();
  if (found !== undefined) expectClose("y", found, expected);
}

export type ConvTransposeAlgorithm = "phases" | "zero-insertion";

/** By an algorithm = definition. */
export async function transposeEqualsDefinition(
  executor: Executor,
  algorithm: ConvTransposeAlgorithm,
  numRuns: number,
): Promise<void> {
  const property = fc.asyncProperty(arbitraryConvTranspose(), async ({ input, filter, attributes, seed }) => {
    const layer = layerOf(input, filter, filter[filter.length - 2] * attributes.groups, seed);
    const graph = layerGraph<ConvTransposeAttributes>(convTranspose, layer, attributes);
    const sum = convTransposeOracle(layer.input, layer.filter, attributes, graph.outputs[0].value.type.shape);
    await expectOutput(executor, graph, layer, withBiasAndRelu(sum, layer.bias), algorithm);
  });
  await fc.assert(property, { numRuns });
}

/** conv = definition. */
export async function convolutionEqualsDefinition(executor: Executor, numRuns: number): Promise<void> {
  const property = fc.asyncProperty(arbitraryConv(), async ({ input, filter, attributes, seed }) => {
    const layer = layerOf(input, filter, filter[filter.length - 1], seed);
    const graph = layerGraph<ConvAttributes>(conv, layer, attributes);
    const sum = convOracle(layer.input, layer.filter, attributes, graph.outputs[0].value.type.shape);
    await expectOutput(executor, graph, layer, withBiasAndRelu(sum, layer.bias));
  });
  await fc.assert(property, { numRuns });
}
