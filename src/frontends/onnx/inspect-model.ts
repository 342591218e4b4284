/** What can be said of an ONNX model before its shapes are bound: which sizes are free, and which operators are not supported. */
import { elementCount } from "../../ir/types/shape.js";
import { freeDimensions, inspectPort, type FreeDimension, type InspectedPort } from "../importing/inspect-ports.js";
import { describeUse, findOperators, type OperatorUse } from "./importing/find-operators.js";
import type { OnnxModel, OnnxOpsets } from "./proto/model.js";
import { readOnnxModel, type ReadOptions } from "./read-model.js";

export interface OnnxInspection {
  readonly source: string;
  readonly irVersion: number;
  readonly producer: string;
  readonly opsets: OnnxOpsets;
  readonly inputs: readonly InspectedPort[];
  readonly outputs: readonly InspectedPort[];
  readonly freeDimensions: readonly FreeDimension[];
  /** Every operator the model uses, with its nodes. */
  readonly operators: readonly OperatorUse[];
  /** Those that cannot be imported, described: `NonMaxSuppression, 2 nodes: "a", "b"`. */
  readonly unsupported: readonly string[];
  /** Elements of all initializers. */
  readonly parameters: number;
}

/** Reads a model and looks at it. Rejects with `UnstrideError` where the file cannot be read, and with nothing else. */
export async function inspectOnnx(bytes: Uint8Array, options: ReadOptions): Promise<OnnxInspection> {
  return inspectModel(await readOnnxModel(bytes, options));
}

/** Looks at a model that has been read. */
export function inspectModel(model: OnnxModel): OnnxInspection {
  const { source, irVersion, producer, opsets, graph } = model;
  const operators = findOperators(model);
  return {
    source,
    irVersion,
    producer,
    opsets,
    inputs: graph.inputs.map(inspectPort),
    outputs: graph.outputs.map(inspectPort),
    freeDimensions: freeDimensions(graph.inputs),
    operators,
    unsupported: operators.filter(({ isSupported }) => !isSupported).map(describeUse),
    parameters: [...graph.initializers.values()].reduce((sum, { shape }) => sum + elementCount(shape), 0),
  };
}
