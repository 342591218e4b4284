/** Sequences are lists while importing; what would keep one in the graph is refused where it happens. */
import { describe, expect, test } from "vitest";
import { tensor } from "../../../../src/ir/types/tensor.js";
import type { NodeSpec } from "../../../support/onnx-writer.js";
import { int64s, refusal, run, type Spec } from "./importing.js";

const node = (operator: string, inputs: readonly string[], outputs: readonly string[], attributes = {}): NodeSpec => ({
  operator,
  inputs,
  outputs,
  attributes,
});

const scalars = ["zero", "one", "last", "far"].map((name, i) => ({ ...int64s(name, [0, 1, -1, 9][i]), shape: [] }));

function spec(...nodes: readonly NodeSpec[]): Spec {
  return {
    opset: 17,
    nodes,
    initializers: scalars,
    inputs: [{ name: "x", shape: [4] }],
    outputs: [{ name: "y" }],
  };
}

const values = { x: tensor("f32", [4], [1, 2, 3, 4]) };
const halves = node("SplitToSequence", ["x", "two"], ["s"]);
const withTwo = (given: Spec): Spec => ({ ...given, initializers: [...scalars, { ...int64s("two", 2), shape: [] }] });

describe("folded", () => {
  test("pieces of a split, changed and put together again", async () => {
    const changed = withTwo(
      spec(
        halves,
        node("SequenceAt", ["s", "last"], ["end"]),
        node("SequenceInsert", ["s", "end", "zero"], ["t"]),
        node("SequenceErase", ["t", "one"], ["u"]),
        node("ConcatFromSequence", ["u"], ["y"], { axis: { int: 0 } }),
      ),
    );
    expect(await run(changed, values)).toEqual({ y: [3, 4, 3, 4] });
  });

  test("elements side by side along a new axis; an empty sequence has length 0", async () => {
    const stacked = spec(
      node("SequenceConstruct", ["x", "x"], ["s"]),
      node("ConcatFromSequence", ["s"], ["y"], { axis: { int: -1 }, new_axis: { int: 1 } }),
    );
    expect(await run(stacked, values)).toEqual({ y: [1, 1, 2, 2, 3, 3, 4, 4] });
    const empty = spec(node("SequenceEmpty", [], ["s"]), node("SequenceLength", ["s"], ["y"]));
    expect(await run(empty, values)).toEqual({ y: [0n] });
  });
});

describe("refused", () => {
  test.each<[string, string, readonly NodeSpec[]]>([
    ["as an output", "import/unsupported-form", [node("SequenceConstruct", ["x"], ["y"])]],
    [
      "for an operator on tensors",
      "import/operand",
      [node("SequenceConstruct", ["x"], ["s"]), node("Relu", ["s"], ["y"])],
    ],
    ["a tensor in its place", "import/operand", [node("SequenceLength", ["x"], ["y"])]],
    [
      "a position beyond its end",
      "import/operand",
      [node("SequenceConstruct", ["x"], ["s"]), node("SequenceAt", ["s", "far"], ["y"])],
    ],
    [
      "put together where it is empty",
      "import/operand",
      [node("SequenceEmpty", [], ["s"]), node("ConcatFromSequence", ["s"], ["y"], { axis: { int: 0 } })],
    ],
  ])("%s", async (_, code, nodes) => {
    expect((await refusal(spec(...nodes))).map((each) => each.code)).toEqual([code]);
  });
});
