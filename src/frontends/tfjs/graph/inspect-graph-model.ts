/** What a graph model is made of, as it stands. */
import { elementCount } from "../../../ir/types/shape.js";
import { freeDimensions, inspectPort, type InspectedPort } from "../../importing/inspect-ports.js";
import type { InspectedNode, TfjsInspection } from "../inspection.js";
import { member } from "../json.js";
import type { TfjsModel } from "../read-model.js";
import { describeGraphUse, findGraphOperators } from "./find-operators.js";
import type { GraphDef, GraphNode } from "./graph-def.js";
import { neededNodes, portsOf, type GraphPorts } from "./ports.js";
import { readGraphDef } from "./read-graph-def.js";

/** Looks at a graph model that has been read. Fails with `UnstrideError` where its topology cannot be read. */
export function inspectGraphModel(model: TfjsModel): TfjsInspection {
  const graph = readGraphDef(model.topology, model.source);
  const ports = portsOf(model, graph);
  const operators = findGraphOperators(graph, ports).filter(({ operator }) => operator !== "Const");
  return {
    source: model.source,
    producer: producerOf(model),
    declared: ports.inputs,
    inputs: ports.inputs.map(inspectPort),
    outputs: ports.outputs.map(({ name }) => unknownPort(name)),
    freeDimensions: freeDimensions(ports.inputs),
    operators,
    unsupported: operators.filter(({ isSupported }) => !isSupported).map(describeGraphUse),
    nodes: nodesOf(model, graph, ports),
    parameters: [...model.weights.values()].reduce((sum, { shape }) => sum + elementCount(shape), 0),
  };
}

/** Types of outputs follow from what makes them. */
function unknownPort(name: string): InspectedPort {
  return { name, elementType: "", dimensions: undefined, shape: "of a type that follows from the inputs" };
}

function producerOf({ document }: TfjsModel): string {
  const words = ["generatedBy", "convertedBy"].map((name) => member(document, name).value);
  return words.filter((word) => typeof word === "string" && word !== "").join(", ");
}

function nodesOf({ weights }: TfjsModel, graph: GraphDef, ports: GraphPorts): readonly InspectedNode[] {
  const size = (name: string): number => elementCount(weights.get(name)?.shape ?? [0]);
  const isShown = ({ operator }: GraphNode): boolean => operator !== "Const" && operator !== "Placeholder";
  const needed = [...neededNodes(graph, ports.outputs, new Set())].filter(isShown);
  return needed.map(({ name, operator, operands }) => {
    const parameters = operands.reduce((sum, { node }) => sum + size(node), 0);
    return { operator, name, parameters };
  });
}
