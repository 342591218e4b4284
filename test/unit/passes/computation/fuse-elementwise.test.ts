import { describe, expect, it } from "vitest";
import { GraphBuilder } from "../../../../src/ir/graph/builder.js";
import { evaluateGraph } from "../../../../src/ir/graph/evaluate.js";
import type { Graph, Value } from "../../../../src/ir/graph/graph.js";
import { scalarSize } from "../../../../src/ir/computation/scalar.js";
import type { ComputationModule } from "../../../../src/ir/computation/module.js";
import { sigmoid } from "../../../../src/ir/ops/activations.js";
import { multiply } from "../../../../src/ir/ops/binary.js";
import { concat } from "../../../../src/ir/ops/concat.js";
import { negate } from "../../../../src/ir/ops/unary.js";
import { tensor } from "../../../../src/ir/types/tensor.js";
import { fuseElementwise } from "../../../../src/passes/computation/fuse-elementwise.js";
import { lowerToComputations } from "../../../../src/passes/computation/lower-to-computations.js";
import { placeTensors } from "../../../../src/passes/computation/place-tensors.js";
import { runPlaced } from "../../../support/run-placed.js";

/** `count` times `next`, from an input of four elements. */
function chain(count: number, next: (builder: GraphBuilder, value: Value) => Value): Graph {
  const builder = new GraphBuilder("chain");
  let value = builder.input("x", { elementType: "f32", shape: [4] });
  for (let i = 0; i < count; i++) value = next(builder, value);
  builder.output("y", value);
  return builder.finish();
}

const fused = (graph: Graph): ComputationModule => fuseElementwise(lowerToComputations(graph));

function largestScalar({ steps }: ComputationModule): number {
  const sizes = steps.map((step) =>
    step.kind === "compute" ? scalarSize(step.computation.body) + scalarSize(step.computation.epilogue) : 0,
  );
  return Math.max(...sizes);
}

function expectRight(graph: Graph, module: ComputationModule): void {
  const x = tensor("f32", [4], [1, -1, 0, 0.5]);
  const [expected] = [...evaluateGraph(graph, { x }).values()];
  const [found] = runPlaced(placeTensors(module), [x]);
  expect([...(found ?? [])]).toEqual([...expected.data]);
}

describe("what is made by fusing", () => {
  it("is one step where it is small", () => {
    const graph = chain(100, (b, value) => b.one(negate, [value], {}));
    expect(fused(graph).steps).toHaveLength(1);
    expectRight(graph, fused(graph));
  });

  it("stays small where each step reads its operand twice: 2^200 multiplications are not written out", () => {
    const graph = chain(200, (b, value) => b.one(multiply, [value, value], {}));
    const module = fused(graph);
    expect(largestScalar(module)).toBeLessThanOrEqual(256);
    expect(module.steps.length).toBeLessThan(40);
    expectRight(graph, module);
  });

  it("stays small where two ways meet again and again", () => {
    const graph = chain(60, (b, value) => b.one(multiply, [value, b.one(sigmoid, [value], {})], {}));
    expect(largestScalar(fused(graph))).toBeLessThanOrEqual(256);
  });

  it("stands where its last consumer stood, its parts in their order", () => {
    const builder = new GraphBuilder("parts");
    const x = builder.input("x", { elementType: "f32", shape: [4] });
    const parts = [1, 2, 3].map(() => builder.one(negate, [x], {}));
    builder.output("y", builder.one(negate, [builder.one(concat, parts, { axis: 0 })], {}));
    const graph = builder.finish();
    const module = fused(graph);
    expect(module.steps.map(({ kind }) => kind)).toEqual(["compute", "compute", "compute"]);
    const stores = module.steps.map((step) => (step.kind === "compute" ? step.computation.store[0].constant : -1));
    expect(stores).toEqual([0, 4, 8]);
    expectRight(graph, module);
  });

  it("is the module itself where nothing merges", () => {
    const module = lowerToComputations(chain(1, (b, value) => b.one(negate, [value], {})));
    expect(fuseElementwise(module)).toBe(module);
  });
});
