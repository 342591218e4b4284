/** Functions that the model brings along, and control flow that is decided while importing. */
import { describe, expect, test } from "vitest";
import { tensor } from "../../../../src/ir/types/tensor.js";
import type { FunctionSpec, GraphSpec, NodeSpec } from "../../../support/onnx-writer.js";
import { imported, refusal, run, type Spec } from "./importing.js";

const x = { name: "x", shape: [2] };
const values = { x: tensor("f32", [2], [-1, 2]) };

function node(operator: string, inputs: readonly string[], outputs: readonly string[], rest: NodeSpec = {}): NodeSpec {
  return { operator, inputs, outputs, name: operator, ...rest };
}

function defined(name: string, nodes: readonly NodeSpec[], rest: Partial<FunctionSpec> = {}): FunctionSpec {
  return { name, domain: "own", inputs: ["a"], outputs: ["b"], nodes, opset: 18, ...rest };
}

function calling(name: string, functions: readonly FunctionSpec[], rest: NodeSpec = {}): Spec {
  return {
    opset: { "": 21, own: 1 },
    functions,
    nodes: [node(name, ["x"], ["y"], { domain: "own", ...rest })],
    inputs: [x],
    outputs: [{ name: "y" }],
  };
}

describe("functions", () => {
  test("are put in place of their calls, with attributes of the call or their own", async () => {
    const body = [node("LeakyRelu", ["a"], ["b"], { attributes: { alpha: { reference: "slope" } } })];
    const leaky = defined("Leaky", body, { defaults: { slope: { float: 0.5 } } });
    expect(await run(calling("Leaky", [leaky]), values)).toEqual({ y: [-0.5, 2] });
    const given = calling("Leaky", [leaky], { attributes: { slope: { float: 0.25 } } });
    expect(await run(given, values)).toEqual({ y: [-0.25, 2] });
  });

  test("hide their names, and those of the model are not theirs", async () => {
    const square = defined("Square", [node("Mul", ["a", "a"], ["y"]), node("Identity", ["y"], ["b"])]);
    expect(await run(calling("Square", [square]), values)).toEqual({ y: [1, 4] });
  });

  test("are written for their own operator set", async () => {
    const sum = defined("Sum", [node("ReduceSum", ["a"], ["b"], { attributes: { axes: { ints: [0] } } })], {
      opset: 11,
    });
    expect(await run(calling("Sum", [sum]), values)).toEqual({ y: [1] });
  });

  test("that call themselves are refused", async () => {
    const again = { domain: "own" };
    const [problem] = await refusal(calling("F", [defined("F", [node("F", ["a"], ["b"], again)])]));
    expect(problem?.code).toBe("import/limit");
  });

  test("that multiply nodes are refused in time", async () => {
    const levels = Array.from({ length: 40 }, (_, i) => {
      const inner = i === 0 ? node("Relu", ["a"], ["m"]) : node(`F${i - 1}`, ["a"], ["m"], { domain: "own" });
      const second = i === 0 ? node("Relu", ["m"], ["b"]) : node(`F${i - 1}`, ["m"], ["b"], { domain: "own" });
      return defined(`F${i}`, [inner, second]);
    });
    const [problem] = await refusal(calling("F39", levels));
    expect(problem?.code).toBe("import/limit");
  });
});

const scale = (factor: number): GraphSpec => ({
  nodes: [node("Mul", ["x", "factor"], ["scaled"])],
  initializers: [{ name: "factor", shape: [1], floats: [factor] }],
  outputs: [{ name: "scaled" }],
});

function branching(condition: NonNullable<GraphSpec["inputs"]>[number] | undefined, otherwise = scale(3)): Spec {
  const branches = { then_branch: { graph: scale(2) }, else_branch: { graph: otherwise } };
  const known = { name: "condition", type: "bool", shape: [], int32s: [0] } as const;
  return {
    opset: 16,
    nodes: [node("If", ["condition"], ["y"], { attributes: branches })],
    inputs: condition === undefined ? [x] : [x, condition],
    initializers: condition === undefined ? [known] : [],
    outputs: [{ name: "y" }],
  };
}

describe("If", () => {
  test("asks for a condition that is known where a branch does not fit the inputs", async () => {
    const unfit: GraphSpec = { ...scale(3), initializers: [{ name: "factor", shape: [5], floats: [1, 2, 3, 4, 5] }] };
    const [problem] = await refusal(branching({ name: "condition", type: "bool", shape: [] }, unfit));
    expect(problem).toMatchObject({ code: "import/run-time-value" });
    expect(problem?.found).toMatch(/^"condition", which depends on inputs; one branch fails: multiply\/C1/);
  });

  test("takes the branch of a known condition, which sees the values around it", async () => {
    expect(await run(branching(undefined), values)).toEqual({ y: [-3, 6] });
    const { nodes } = await imported(branching(undefined));
    expect(nodes.map(({ op }) => op.name)).toEqual(["constant", "multiply"]);
  });

  test("chooses between both where the condition is an input", async () => {
    const spec = branching({ name: "condition", type: "bool", shape: [1] });
    const run1 = await run(spec, { ...values, condition: tensor("bool", [1], [1]) });
    const run0 = await run(spec, { ...values, condition: tensor("bool", [1], [0]) });
    expect([run1, run0]).toEqual([{ y: [-2, 4] }, { y: [-3, 6] }]);
  });

  test("is refused where the branches give different shapes and the condition is not known", async () => {
    const longer: GraphSpec = {
      nodes: [node("Concat", ["x", "x"], ["twice"], { attributes: { axis: { int: 0 } } })],
      outputs: [{ name: "twice" }],
    };
    const [problem] = await refusal(branching({ name: "condition", type: "bool", shape: [] }, longer));
    expect(problem?.code).toBe("import/unsupported-form");
  });
});
