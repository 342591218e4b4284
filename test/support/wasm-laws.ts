/** Emitted WebAssembly is held to what every executor is held to. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { isBigIntArray } from "../../src/ir/types/element-type.js";
import { numbers } from "../../src/ir/types/tensor.js";
import { arbitraryGraph } from "./arbitrary-graph.js";
import { convolutionEqualsDefinition, transposeEqualsDefinition } from "./conv-executor-laws.js";
import { reference, wasm, type Outputs } from "./executors.js";
import { expectClose } from "./same-meaning.js";

/** Sums of f32 are carried in f32; on whole numbers everything is exact. */
export function wasmLaws(numRuns: number): void {
  test("convolution = definition", () => convolutionEqualsDefinition(wasm, numRuns));
  test("transposed convolution by phases = definition", () => transposeEqualsDefinition(wasm, "phases", numRuns));
  test("transposed convolution through zeros = definition", () => {
    return transposeEqualsDefinition(wasm, "zero-insertion", Math.ceil(numRuns / 2));
  });
  test("random graphs = reference", async () => {
    const property = fc.asyncProperty(arbitraryGraph({ nodes: 8 }), async ({ graph, inputs }) => {
      expectOutputs(await wasm.run(graph, inputs), await reference.run(graph, inputs));
    });
    await fc.assert(property, { numRuns: 2 * numRuns, seed: 7 });
  });
  test("random graphs with hostile names and empty dimensions = reference", async () => {
    const property = fc.asyncProperty(arbitraryGraph({ hostile: true, empty: true }), async ({ graph, inputs }) => {
      expectOutputs(await wasm.run(graph, inputs), await reference.run(graph, inputs));
    });
    await fc.assert(property, { numRuns, seed: 8 });
  });
}

function expectOutputs(found: Outputs, expected: Outputs): void {
  expect([...found.keys()]).toEqual([...expected.keys()]);
  for (const [name, tensor] of expected) {
    const other = found.get(name);
    if (other === undefined) throw new Error(`no output ${name}`);
    if (isBigIntArray(tensor.data)) expect(other.data).toEqual(tensor.data);
    else expectClose(name, { ...other, data: numbers(other) }, tensor, 1e-6);
  }
}
