/** A checked layers model: which layers there are, and which calls of them make which values from which. Plain data. */
import type { SourceLocation } from "../../../../diagnostics/location.js";
import type { Json, JsonObject } from "../../json.js";

export interface LayersModel {
  readonly name: string;
  /** Each after those whose results it takes. */
  readonly calls: readonly LayerCall[];
  readonly inputs: readonly ModelPort[];
  readonly outputs: readonly ModelPort[];
}

/** An input or output of a model, under the name that TensorFlow.js gives it. */
export interface ModelPort {
  readonly name: string;
  readonly value: ValueReference;
}

/** Result `result` of a call; `call` is its place in the model's calls. */
export interface ValueReference {
  readonly call: number;
  readonly result: number;
}

export interface LayerCall {
  readonly layer: Layer;
  readonly inputs: readonly ValueReference[];
  /** What the call says besides: values of other layers, and plain settings, by their names. */
  readonly options: ReadonlyMap<string, CallOption>;
}

export type CallOption =
  { readonly kind: "value"; readonly value: ValueReference } | { readonly kind: "plain"; readonly value: Json };

export interface Layer {
  readonly name: string;
  readonly className: string;
  readonly config: JsonObject;
  readonly location: SourceLocation;
  /** Of an input: what is declared of it. */
  readonly input?: DeclaredShape;
  /** Of a model inside the model. */
  readonly model?: LayersModel;
}

export interface DeclaredShape {
  /** TensorFlow.js' name of the element type. */
  readonly dtype: string;
  /** The batch first; free sizes are null. Undefined where nothing is said. */
  readonly shape: readonly (number | null)[] | undefined;
}
