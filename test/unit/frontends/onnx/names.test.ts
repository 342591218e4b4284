/** Names and places: ports keep the model's names, whatever they are, and every node knows where it came from. */
import { expect, test } from "vitest";
import { tensor } from "../../../../src/ir/types/tensor.js";
import { hostileNames } from "../../../support/hostile-names.js";
import { javascript } from "../../../support/executors.js";
import { imported, run, single } from "./importing.js";

/** Files hold UTF-8, which has no lone surrogates; an empty name means that there is no value. */
const possible = hostileNames.filter((name) => name !== "" && !/\p{Surrogate}/u.test(name));

test.each(possible.map((name) => [JSON.stringify(name).slice(0, 40), name]))(
  "a model all called %s",
  async (_, name) => {
    const x = { name, shape: [2] };
    const w = { name: `${name} w`, shape: [2], floats: [1, 2] };
    const spec = single("Add", 21, { inputs: [x], initializers: [w], outputs: [`${name} y`] });
    const graph = await imported(spec);
    expect(graph.inputs[0]?.name).toBe(name);
    expect(graph.outputs[0]?.name).toBe(`${name} y`);
    const inputs = Object.fromEntries([[name, tensor("f32", [2], [10, 20])]]);
    const found = await javascript.run(graph, inputs);
    expect([...(found.get(`${name} y`)?.data ?? [])]).toEqual([11, 22]);
  },
);

test("inputs and outputs stand in the model's order", async () => {
  const spec = {
    opset: 21,
    nodes: [
      { operator: "Relu", inputs: ["b"], outputs: ["z"] },
      { operator: "Neg", inputs: ["a"], outputs: ["y"] },
    ],
    inputs: [
      { name: "b", shape: [1] },
      { name: "a", shape: [2] },
    ],
    outputs: [{ name: "y" }, { name: "z" }, { name: "b" }],
  };
  const graph = await imported(spec);
  expect(graph.inputs.map(({ name }) => name)).toEqual(["b", "a"]);
  expect(graph.outputs.map(({ name }) => name)).toEqual(["y", "z", "b"]);
  const values = { a: tensor("f32", [2], [1, 2]), b: tensor("f32", [1], [-3]) };
  expect(await run(spec, values)).toEqual({ y: [-1, -2], z: [0], b: [-3] });
});

test("every node of the graph has the place of a node of the model", async () => {
  const spec = single("Conv", 21, {
    inputs: [
      { name: "x", shape: [1, 1, 4, 4] },
      { name: "w", shape: [1, 1, 3, 3] },
      { name: "b", shape: [1] },
    ],
  });
  const { nodes } = await imported(spec);
  const place = { kind: "model", source: "test.onnx", name: "node", operator: "Conv", index: 0 };
  expect(nodes.length).toBeGreaterThan(3);
  for (const { location } of nodes) expect(location).toEqual(place);
});

test("values are called as the model calls them, weights keep their names", async () => {
  const w = { name: "fc/weight", shape: [2], floats: [1, 2] };
  const { nodes } = await imported(
    single("Add", 21, { inputs: [{ name: "x", shape: [2] }], initializers: [w], outputs: ["fc/out"] }),
  );
  expect(nodes.map(({ results }) => results[0]?.name)).toEqual(["fc_weight", "fc_out"]);
  expect(nodes[0]?.attributes).toMatchObject({ label: "fc/weight" });
});
