/** Conditions on graphs that passes promise to one another. */
import type { AttributeValue } from "../../ir/attributes/value.js";
import type { Graph, Node } from "../../ir/graph/graph.js";
import type { Property } from "../driver/pass.js";

/** Transposed convolutions have become stride-one convolutions. */
export const noConvTranspose = withoutNodes("no-conv-transpose", ({ op }) => op.name === "conv_transpose");

/** Every op that lowers to simpler ops has done so. */
export const noComposite = withoutNodes("no-composite", ({ op }) => op.lowering.kind === "graph");

/** Windows of computations lie inside their operands: `pad` pads, and kernels written as loops see to it themselves. */
export const paddingMaterialised = withoutNodes(
  "padding-materialised",
  ({ op, attributes }) => op.lowering.kind === "computations" && pads(attributes["padding"]),
);

/** The condition that no node satisfies `isBad`. */
function withoutNodes(name: string, isBad: (node: Node) => boolean): Property<Graph> {
  return {
    name,
    violation(graph) {
      const bad = graph.nodes.find(isBad);
      return bad && `%${bad.results[0]?.name} is made by ${bad.op.name}`;
    },
  };
}

function pads(padding: AttributeValue | undefined): boolean {
  return Array.isArray(padding) && padding.flat().some((size) => size !== 0);
}
