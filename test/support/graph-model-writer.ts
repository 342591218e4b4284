/** Graph models of TensorFlow.js as data for tests: nodes in the JSON of a GraphDef, and weights by name. */
import { tensor, type Tensor } from "../../src/ir/types/tensor.js";
import type { TfjsModel } from "../../src/frontends/tfjs/read-model.js";
import type { Json } from "../../src/frontends/tfjs/json.js";

export type Attributes = Readonly<Record<string, Json>>;

export interface NodeJson {
  readonly name: string;
  readonly op: string;
  readonly input?: readonly string[];
  readonly attr?: Attributes;
}

export const integer = (value: number): Json => ({ i: String(value) });
export const float = (value: number): Json => ({ f: Number.isFinite(value) ? value : String(value) });
export const flag = (value: boolean): Json => ({ b: value });
export const text = (value: string): Json => ({ s: btoa(value) });
export const texts = (values: readonly string[]): Json => ({ list: { s: values.map((value) => btoa(value)) } });
export const integers = (values: readonly number[]): Json => ({
  list: values.length === 0 ? {} : { i: values.map(String) },
});
export const elementType = (name: string): Json => ({ type: name });
export const calls = (name: string): Json => ({ func: { name } });

const typeNames: Readonly<Record<string, string>> = { f32: "DT_FLOAT", i32: "DT_INT32", bool: "DT_BOOL" };

const manifestNames: Readonly<Record<string, string>> = { f32: "float32", i32: "int32", bool: "bool" };

/** TensorFlow's name of an element type. */
export function dtypeOf({ elementType: type }: Pick<Tensor, "elementType">): string {
  return typeNames[type];
}

/** A model as it is built up. */
export class GraphModelWriter {
  readonly nodes: NodeJson[] = [];
  readonly weights = new Map<string, Tensor>();
  readonly functions: Json[] = [];
  readonly outputs: Record<string, Json> = {};

  node(name: string, op: string, input: readonly string[] = [], attr: Attributes = {}): string {
    this.nodes.push({ name, op, input, attr });
    return name;
  }

  placeholder(name: string, { elementType: type, shape }: Pick<Tensor, "elementType" | "shape">): string {
    const sizes = { shape: { dim: shape.map((size) => ({ size: String(size) })) } };
    return this.node(name, "Placeholder", [], { dtype: elementType(dtypeOf({ elementType: type })), shape: sizes });
  }

  constant(name: string, value: Tensor): string {
    this.weights.set(name, value);
    return this.node(name, "Const", [], { dtype: elementType(dtypeOf(value)) });
  }

  /** A constant of whole numbers; a list of rank 1, or a scalar. */
  numbers(name: string, values: number | readonly number[], shape?: readonly number[]): string {
    const list = typeof values === "number" ? [values] : values;
    return this.constant(name, tensor("i32", shape ?? (typeof values === "number" ? [] : [list.length]), list));
  }

  output(name: string, from: string): void {
    this.outputs[name] = { name: from };
  }

  /** The JSON of the file, apart from the manifest. */
  document(): Json {
    const library = { function: this.functions };
    return {
      format: "graph-model",
      signature: { outputs: this.outputs },
      modelTopology: { node: this.nodes as unknown as Json, library },
    };
  }

  /** The file with its manifest, and the bytes of its one file of weights. */
  files(): { readonly json: Json; readonly weights: Uint8Array } {
    const named = [...this.weights];
    const entries = named.map(([name, { shape, elementType: type }]) => ({ name, shape, dtype: manifestNames[type] }));
    const bytes = named.flatMap(([, { data }]) => [...new Uint8Array(data.buffer, data.byteOffset, data.byteLength)]);
    const weightsManifest: Json = [{ paths: ["weights.bin"], weights: entries as unknown as Json }];
    return { json: { ...(this.document() as object), weightsManifest }, weights: Uint8Array.from(bytes) };
  }

  /** As it is once it has been read. */
  model(source = "model.json"): TfjsModel {
    const document = { value: this.document(), at: source };
    const topology = {
      value: (document.value as { modelTopology: Json }).modelTopology,
      at: `${source}, modelTopology`,
    };
    return { source, format: "graph-model", document, topology, weights: this.weights, unreadWeights: new Map() };
  }
}
