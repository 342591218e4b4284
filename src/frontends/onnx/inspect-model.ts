/** What can be said of an ONNX model before its shapes are bound: which sizes are free, and which operators are not supported. */
import { elementCount } from "../../ir/types/shape.js";
import { describeShape, dimensionsOf, exampleOption } from "../importing/bind-inputs.js";
import { describeUse, findOperators, type OperatorUse } from "./importing/find-operators.js";
import type { OnnxDimension, OnnxModel, OnnxOpsets, OnnxValueInfo } from "./proto/model.js";
import { readOnnxModel, type ReadOptions } from "./read-model.js";

/** An input or output as the model declares it. */
export interface InspectedPort {
  readonly name: string;
  /** Of a tensor; otherwise what it is, `a sequence`. */
  readonly elementType: string;
  /** Sizes, names of free ones, undefined for those without a name; undefined as a whole where not even the rank is known. */
  readonly dimensions: readonly OnnxDimension[] | undefined;
  /** `[N,3,?,224]` */
  readonly shape: string;
}

/** A size that the model leaves open. */
export interface FreeDimension {
  /** Undefined where it has no name, and for inputs of unknown rank. */
  readonly name: string | undefined;
  /** The inputs that have it. */
  readonly inputs: readonly string[];
  /** A command line option that binds it: `--dimension batch=1`, `--dimension H=N` where it is no batch, or `--shape x=1x3x224x224` where it has no name. */
  readonly option: string;
}

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

function inspectPort(port: OnnxValueInfo): InspectedPort {
  const { name, type } = port;
  const dimensions = dimensionsOf(port);
  const elementType = type.kind === "tensor" ? type.elementType : `a ${type.kind}`;
  return { name, elementType, dimensions, shape: describeShape(dimensions) };
}

/** Named ones once, with all inputs that have them; then inputs with sizes that have no name. */
function freeDimensions(inputs: readonly OnnxValueInfo[]): readonly FreeDimension[] {
  const named = new Map<string, string[]>();
  for (const input of inputs)
    for (const size of new Set(dimensionsOf(input)))
      if (typeof size === "string") named.set(size, [...(named.get(size) ?? []), input.name]);
  const nameless = inputs.filter((input) => dimensionsOf(input)?.includes(undefined) ?? true);
  return [
    ...[...named].map(([name, of]) => ({ name, inputs: of, option: optionFor(name, inputs) })),
    ...nameless.map((input) => ({ name: undefined, inputs: [input.name], option: exampleOption(input) })),
  ];
}

/** One sample where the size is a batch; any other size is the reader's to say. */
function optionFor(name: string, inputs: readonly OnnxValueInfo[]): string {
  const places = inputs.flatMap((input) =>
    (dimensionsOf(input) ?? []).flatMap((size, d) => (size === name ? [d] : [])),
  );
  const size = places.every((d) => d === 0) ? "1" : "N";
  return `--dimension ${/^[\w.:/-]+$/.test(name) ? name : JSON.stringify(name)}=${size}`;
}
