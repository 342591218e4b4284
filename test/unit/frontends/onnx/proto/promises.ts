/** What `readOnnxModel` promises of a model, checked from the definition. */
import { expect } from "vitest";
import type {
  OnnxAttribute,
  OnnxGraph,
  OnnxModel,
  OnnxNode,
  OnnxTensor,
} from "../../../../../src/frontends/onnx/proto/model.js";
import { elementTypes } from "../../../../../src/ir/types/element-type.js";

/** Fails unless names are defined before they are used, no name twice, and every tensor has the data of its shape. */
export function expectPromisesKept(model: OnnxModel): void {
  checkGraph(model.graph, new Set());
  expect(new Set(model.graph.outputs.map((output) => output.name)).size).toBe(model.graph.outputs.length);
  for (const { inputs, outputs, nodes } of model.functions) {
    const defined = new Set(inputs);
    checkNodes(nodes, new Set(), defined);
    for (const name of outputs) expectDefined(name, defined);
  }
}

function checkGraph(graph: OnnxGraph, outside: ReadonlySet<string>): void {
  const inputs = graph.inputs.map((input) => input.name);
  const defined = new Set([...inputs, ...graph.initializers.keys()]);
  expect(defined.size).toBe(inputs.length + graph.initializers.size);
  for (const name of graph.captures) expectDefined(name, outside);
  for (const tensor of graph.initializers.values()) checkTensor(tensor);
  checkNodes(graph.nodes, new Set(graph.captures), defined);
  for (const output of graph.outputs) expectDefined(output.name, new Set([...defined, ...graph.captures]));
}

/** `defined` grows by what the nodes define. */
function checkNodes(nodes: readonly OnnxNode[], captures: ReadonlySet<string>, defined: Set<string>): void {
  for (const node of nodes) {
    for (const name of node.inputs) if (name !== "" && !captures.has(name)) expectDefined(name, defined);
    for (const attribute of node.attributes.values()) checkAttribute(attribute, defined, captures);
    for (const name of node.outputs) {
      if (name === "") continue;
      if (defined.has(name)) expect.fail(`${JSON.stringify(name)} is defined twice`);
      defined.add(name);
    }
    expect(node.operator).not.toBe("");
  }
}

function checkAttribute(attribute: OnnxAttribute, defined: ReadonlySet<string>, captures: ReadonlySet<string>): void {
  if (attribute.type === "tensor") checkTensor(attribute.value);
  if (attribute.type === "tensors") attribute.value.forEach(checkTensor);
  const outside = (): ReadonlySet<string> => new Set([...defined, ...captures]);
  if (attribute.type === "graph") checkGraph(attribute.value, outside());
  if (attribute.type === "graphs") attribute.value.forEach((graph) => checkGraph(graph, outside()));
}

function checkTensor({ elementType, shape, data }: OnnxTensor): void {
  expect(data.length).toBe(shape.reduce((product, size) => product * size, 1));
  expect(data.constructor.name).toBe(elementTypes[elementType].array);
}

function expectDefined(name: string, names: ReadonlySet<string>): void {
  if (!names.has(name)) expect.fail(`${JSON.stringify(name)} is not defined`);
}
