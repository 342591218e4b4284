/**
 * A checked ONNX model as plain data: what `readOnnxModel` promises and the importer of operators starts from.
 * Every name that is used is defined, nodes stand in an order in which they can run, tensors have the data their shape asks for.
 * Lookups by the model's own strings are Maps, so that a value called `__proto__` is a value like any other.
 */
import type { SourceLocation } from "../../../diagnostics/location.js";
import type { Tensor } from "../../../ir/types/tensor.js";
import type { OnnxElementType } from "./element-type.js";

export interface OnnxModel {
  /** The file's own name, as the caller gave it. */
  readonly source: string;
  readonly irVersion: number;
  /** Name and version of the tool that wrote the model; may be empty. */
  readonly producer: string;
  readonly metadata: ReadonlyMap<string, string>;
  readonly opsets: OnnxOpsets;
  readonly graph: OnnxGraph;
  readonly functions: readonly OnnxFunction[];
}

/** Version of the operator set per domain; ONNX's own domain is the empty string. */
export type OnnxOpsets = ReadonlyMap<string, number>;

export interface OnnxGraph {
  readonly name: string;
  /** What must be fed: the graph's inputs without those that an initializer gives a value. Names are unique. */
  readonly inputs: readonly OnnxValueInfo[];
  readonly outputs: readonly OnnxValueInfo[];
  readonly initializers: ReadonlyMap<string, OnnxTensor>;
  /** Types the exporter noted for values inside; hints, may be absent or wrong. */
  readonly values: ReadonlyMap<string, OnnxValueInfo>;
  /** In an order in which every node comes after those it needs. */
  readonly nodes: readonly OnnxNode[];
  /** Values of the graphs around it that a nested graph uses; empty for the model's own graph. */
  readonly captures: readonly string[];
}

export interface OnnxNode {
  /** May be empty, and need not be unique. */
  readonly name: string;
  readonly operator: string;
  /** Empty for ONNX's own operators. */
  readonly domain: string;
  /** Tells functions of the same name apart; nearly always empty. */
  readonly overload: string;
  /** Names of values; empty where an optional operand is left out. */
  readonly inputs: readonly string[];
  /** Names of values; empty where an optional result is not wanted. */
  readonly outputs: readonly string[];
  readonly attributes: ReadonlyMap<string, OnnxAttribute>;
  /** The node in the file, with its position there. */
  readonly location: SourceLocation;
}

/** An attribute's name is its key in the node. Integers are 64 bits wide; texts that are not UTF-8 carry U+FFFD. */
export type OnnxAttribute =
  | { readonly type: "float"; readonly value: number }
  | { readonly type: "int"; readonly value: bigint }
  | { readonly type: "string"; readonly value: string }
  | { readonly type: "tensor"; readonly value: OnnxTensor }
  | { readonly type: "graph"; readonly value: OnnxGraph }
  | { readonly type: "type"; readonly value: OnnxType }
  | { readonly type: "floats"; readonly value: Float32Array }
  | { readonly type: "ints"; readonly value: BigInt64Array }
  | { readonly type: "strings"; readonly value: readonly string[] }
  | { readonly type: "tensors"; readonly value: readonly OnnxTensor[] }
  | { readonly type: "graphs"; readonly value: readonly OnnxGraph[] }
  | { readonly type: "types"; readonly value: readonly OnnxType[] }
  /** In a function's body only: the value of the attribute `value` of the node that calls the function. */
  | { readonly type: "reference"; readonly value: string };

/** A tensor with its data, dense and row-major. The data may be a view of the file's bytes: nobody writes to either. */
export interface OnnxTensor extends Tensor {
  /** Empty for the tensors of attributes. */
  readonly name: string;
}

export interface OnnxValueInfo {
  readonly name: string;
  readonly type: OnnxType;
}

export type OnnxType =
  | {
      readonly kind: "tensor";
      readonly elementType: OnnxElementType;
      /** Absent where not even the rank is known. */
      readonly dimensions: readonly OnnxDimension[] | undefined;
    }
  | { readonly kind: "sequence" | "optional"; readonly element: OnnxType }
  | { readonly kind: "map" | "sparse tensor" | "opaque" | "unknown" };

/** A size, the name of one that is bound later, or nothing known. */
export type OnnxDimension = number | string | undefined;

/** An operator the model brings along, defined by other operators. */
export interface OnnxFunction {
  readonly domain: string;
  readonly name: string;
  readonly overload: string;
  readonly opsets: OnnxOpsets;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  /** Attributes a call must give. */
  readonly attributes: readonly string[];
  /** Attributes a call may leave out, with the value they then have. */
  readonly defaults: ReadonlyMap<string, OnnxAttribute>;
  /** In an order in which they can run; they see the function's inputs and one another, nothing else. */
  readonly nodes: readonly OnnxNode[];
}
