/** Other runtimes that a model is measured beside: what each is to the comparison. */
import type { Graph } from "../../ir/graph/graph.js";
import type { TypedArray } from "../../ir/types/element-type.js";
import type { Tensor } from "../../ir/types/tensor.js";

/** The model as runtimes take it. */
export interface GivenModel {
  /** As it was imported. */
  readonly graph: Graph;
  /** The ONNX file's bytes; undefined where the model is a graph's text. */
  readonly file?: Uint8Array;
  readonly inputs: Readonly<Record<string, Tensor>>;
}

/** A model that is ready to run on the given inputs. */
export interface PreparedModel {
  /** Makes it the active one; not timed. */
  readonly select?: () => unknown;
  /** Once from the inputs to the results in arrays; may return a promise. */
  readonly run: () => unknown;
  /** The results by the model's own names. */
  readonly outputs: () => Promise<Readonly<Record<string, TypedArray>>>;
  readonly release?: () => unknown;
}

/** A runtime that is installed. `prepare` rejects where it cannot run the model. */
export interface Peer {
  readonly name: string;
  readonly version: string;
  prepare(model: GivenModel): Promise<PreparedModel>;
}
