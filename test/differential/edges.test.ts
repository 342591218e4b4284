/** At the edges every executor gives the bits of the reference; where f32 is carried in f64 they are rounded to the same. */
import { describe, expect, test } from "vitest";
import { graph } from "../../src/frontends/code/graph.js";
import { executors, reference, type Outputs } from "../support/executors.js";
import { edges, type Edge } from "./edges.table.js";

function graphOf({ inputs, build }: Edge) {
  return graph("edge", (tools) => {
    const values = Object.entries(inputs).map(([name, { elementType, shape }]) => {
      return [name, tools.input(name, shape, elementType)] as const;
    });
    for (const [name, value] of Object.entries(build(tools, Object.fromEntries(values)))) tools.output(name, value);
  });
}

const bits = (outputs: Outputs) => Object.fromEntries([...outputs].map(([name, { data }]) => [name, data]));

describe.each(executors)("$name", (executor) => {
  test.each(Object.entries(edges))("%s", async (_, edge) => {
    const built = graphOf(edge);
    const expected = await reference.run(built, edge.inputs);
    expect(bits(await executor.run(built, edge.inputs))).toEqual(bits(expected));
  });
});
