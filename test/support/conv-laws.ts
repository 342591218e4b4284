/** Laws of convolutions and transposed convolutions, on whole numbers, so that equality is exact. Run by a fast and a slow suite. */
import fc from "fast-check";
import { expect } from "vitest";
import { conv } from "../../src/ir/ops/conv.js";
import { convTranspose } from "../../src/ir/ops/conv-transpose.js";
import { foldConstants } from "../../src/passes/graph/fold-constants.js";
import { lowerConvTranspose } from "../../src/passes/graph/lower-conv-transpose.js";
import { materialisePadding } from "../../src/passes/graph/materialise-padding.js";
import { numbers, type Tensor } from "../../src/ir/types/tensor.js";
import { arbitraryConv, arbitraryConvTranspose, type ConvCase } from "./arbitrary-windows.js";
import { convOracle, convTransposeOracle } from "./conv-oracle.js";
import { integerTensor } from "./integers.js";
import { evaluated, inferred, lowered, oneNodeGraph, runLowered } from "./lowered.js";
import { passContext } from "./pass-context.js";

/** by phases = through zero insertion = evaluate = definition */
export function phasesEqualZeroInsertion(numRuns: number): void {
  const property = fc.property(arbitraryConvTranspose(), ({ input, filter, attributes, seed }) => {
    const operands = [integerTensor(input, seed), integerTensor(filter, seed + 1)];
    const [{ shape }] = inferred(convTranspose, operands, attributes);
    const expected = convTransposeOracle(operands[0], operands[1], attributes, shape);
    expect(evaluated(convTranspose, operands, attributes)).toEqual([expected]);
    expect(lowered(convTranspose, operands, attributes, "phases")).toEqual([expected]);
    expect(lowered(convTranspose, operands, attributes, "zero-insertion")).toEqual([expected]);
  });
  fc.assert(property, { numRuns });
}

/** The same down to computations, padding materialised. */
export function loweredTransposesEqualDefinition(numRuns: number): void {
  const algorithm = fc.constantFrom("phases" as const, "zero-insertion" as const);
  const property = fc.property(
    arbitraryConvTranspose(2),
    algorithm,
    ({ input, filter, attributes, seed }, algorithm) => {
      const operands = [integerTensor(input, seed), integerTensor(filter, seed + 1)];
      const graph = oneNodeGraph(convTranspose, operands, attributes);
      const passes = [lowerConvTranspose({ algorithm }), materialisePadding, foldConstants];
      const after = passes.reduce((current, pass) => pass.run(current, passContext), graph);
      expect(runLowered(after, operands)).toEqual(evaluated(convTranspose, operands, attributes));
    },
  );
  fc.assert(property, { numRuns });
}

/** evaluate = definition in scatter form = computation with materialised padding */
export function convEqualsDefinition(numRuns: number): void {
  const property = fc.property(arbitraryConv(), ({ input, filter, attributes, seed }) => {
    const operands = [integerTensor(input, seed), integerTensor(filter, seed + 1)];
    const graph = oneNodeGraph(conv, operands, attributes);
    const expected = convOracle(operands[0], operands[1], attributes, graph.outputs[0].value.type.shape);
    expect(evaluated(conv, operands, attributes)).toEqual([expected]);
    expect(runLowered(materialisePadding.run(graph, passContext), operands)).toEqual([expected]);
  });
  fc.assert(property, { numRuns });
}

/** ⟨conv(x), y⟩ = ⟨x, conv_transpose(y)⟩, with the very same filter: [k…, C/g, O] is [k…, out/g, in] of the way back. */
export function transposeIsAdjoint(numRuns: number): void {
  const property = fc.property(arbitraryConv(), ({ input, filter, attributes, seed }) => {
    const [x, w] = [integerTensor(input, seed), integerTensor(filter, seed + 1)];
    const [forward] = evaluated(conv, [x, w], attributes);
    const y = integerTensor(forward.shape, seed + 2);
    const [back] = evaluated(convTranspose, [y, w], adjointAttributes(input, forward.shape, filter, attributes));
    expect(back.shape).toEqual(input);
    expect(dot(forward, y)).toBe(dot(x, back));
  });
  fc.assert(property, { numRuns });
}

/** The transposed convolution whose output has the shape of `input`: whatever its full result has more is cropped. */
function adjointAttributes(
  input: readonly number[],
  output: readonly number[],
  filter: readonly number[],
  attributes: ConvCase["attributes"],
) {
  const { strides, dilations, padding } = attributes;
  const crop = padding.map(([low], d): [number, number] => {
    const full = (output[d + 1] - 1) * strides[d] + dilations[d] * (filter[d] - 1) + 1;
    return [low, full - low - input[d + 1]];
  });
  return { ...attributes, padding: crop, output_padding: padding.map(() => 0) };
}

function dot(a: Tensor, b: Tensor): number {
  return [...numbers(a)].reduce((sum, value, i) => sum + value * numbers(b)[i], 0);
}
