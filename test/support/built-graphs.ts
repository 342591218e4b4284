/** Graphs written in code, run by everything that runs graphs: what they all give, or where they differ. */
import { graph, type GraphTools } from "../../src/frontends/code/graph.js";
import type { Value } from "../../src/ir/graph/graph.js";
import type { Shape } from "../../src/ir/types/shape.js";
import { numbers, type Tensor } from "../../src/ir/types/tensor.js";
import { codesOf } from "./codes.js";
import { executors, reference, type Tensors } from "./executors.js";
import { expectClose } from "./same-meaning.js";

type Build = (tools: GraphTools) => Readonly<Record<string, Value>>;

/** The outputs of the graph that puts out what `build` returns; every executor must give them, within `tolerance` of the largest. */
export async function computed(
  inputs: Tensors,
  build: Build,
  tolerance = 0,
): Promise<Readonly<Record<string, Tensor>>> {
  const g = graph("built", (tools) => {
    for (const [name, value] of Object.entries(build(tools))) tools.output(name, value);
  });
  const expected = await reference.run(g, inputs);
  for (const executor of executors) {
    const found = await executor.run(g, inputs);
    for (const [name, value] of expected)
      expectClose(`${executor.name}: ${name}`, found.get(name) as Tensor, value, tolerance);
  }
  return Object.fromEntries(expected);
}

/** The elements of the one output `y`. */
export async function computedList(
  inputs: Tensors,
  build: (tools: GraphTools) => Value,
  tolerance = 0,
): Promise<number[]> {
  const { y } = await computed(inputs, (tools) => ({ y: build(tools) }), tolerance);
  return [...numbers(y)];
}

/** The shape of what `build` returns. */
export function builtShape(build: (tools: GraphTools) => Value): Shape {
  return graph("built", (tools) => tools.output("y", build(tools))).outputs[0].value.type.shape;
}

/** The codes of what is wrong with a graph; [] where nothing is. */
export function builtCodes(build: (tools: GraphTools) => Value | void): readonly string[] {
  return codesOf(() => graph("built", (tools) => tools.output("y", build(tools) ?? tools.scalar(0))));
}
