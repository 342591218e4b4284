/*
 * add_twice. Made by unstride 0.1.0; to change it, compile its source again.
 * source: sha256:00
 * options:
 *   weights: side
 */

/** What a run takes. It is read in place. */
export interface Inputs {
  /** f32[2,3], row-major: 6 elements, 24 bytes */
  readonly x: Float32Array;
}

/** What a run gives. */
export interface Outputs {
  /** f32[2,3], row-major: 6 elements, 24 bytes */
  readonly y: Float32Array;
}

/** Where `runInto` writes. No two of them share memory, nor does one with an input. */
export interface OutputArrays {
  /** f32[2,3], row-major: 6 elements, 24 bytes */
  readonly y: Float32Array;
}

export interface Signature {
  readonly inputs: {
    readonly x: { readonly type: "f32"; readonly shape: readonly [2, 3] };
  };
  readonly outputs: {
    readonly y: { readonly type: "f32"; readonly shape: readonly [2, 3] };
  };
}

export interface Model {
  readonly signature: Signature;
  /** What it computes with. */
  readonly target: "javascript";
  /** Computes new arrays of results. Throws a TypeError or RangeError that names the input, with a `code`: `run/missing-input`, `run/unknown-input`, `run/wrong-type`, `run/wrong-length`. */
  run(inputs: Inputs): Outputs;
  /** As `run`, into arrays of the caller: allocates nothing. Further codes: `run/missing-output`, `run/unknown-output`, `run/overlap`. */
  runInto(inputs: Inputs, outputs: OutputArrays): void;
  /** The model's own array of an input: handed to a run it is not copied. */
  input<Name extends keyof Inputs>(name: Name): Inputs[Name];
  /** The model's own array of an output: handed to `runInto` it is not copied. It holds the results of the last `runInto` that was given it, until the next run. */
  output<Name extends keyof Outputs>(name: Name): Outputs[Name];
}

export interface LoadOptions {
  /** Where the weights come from, when not from add_twice.weights.safetensors beside the module. Size and digest must be those of that file. */
  readonly weights?: FileSource | Promise<FileSource>;
}

/** Bytes, what gives them (a Response, a Blob), or where they are; a relative URL counts from the module. */
export type FileSource =
  | ArrayBufferLike
  | ArrayBufferView
  | { arrayBuffer(): Promise<ArrayBufferLike> }
  | { readonly href: string }
  | string;

/** Names, element types and shapes of inputs and outputs. */
export declare const signature: Signature;

/** Makes the model. Rejects with an Error where its weights cannot be read (`code` is `weights/unreadable`) or are not its own (`weights/mismatch`). */
export declare function load(options?: LoadOptions): Promise<Model>;
