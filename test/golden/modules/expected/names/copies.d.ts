/*
 * copies. Made by unstride 0.1.0; to change it, compile its source again.
 * source: sha256:00
 * options:
 *   weights: auto
 */

/** What a run takes. It is read in place. */
export interface Inputs {
  /** f16[2,1], row-major: 2 elements, each the 16 bits of the number, 4 bytes */
  readonly "*\u002f input.1": Uint16Array | HalfArray;
  /** i64[]: 1 element, 8 bytes */
  readonly "__proto__": BigInt64Array;
}

/** What a run gives. */
export interface Outputs<Half = Uint16Array> {
  /** f16[2,1], row-major: 2 elements, each the 16 bits of the number, 4 bytes */
  readonly "*\u002f input.1": Half;
  /** i64[]: 1 element, 8 bytes */
  readonly "__proto__": BigInt64Array;
}

/** Where `runInto` writes. No two of them share memory, nor does one with an input. */
export interface OutputArrays {
  /** f16[2,1], row-major: 2 elements, each the 16 bits of the number, 4 bytes */
  readonly "*\u002f input.1": Uint16Array | HalfArray;
  /** i64[]: 1 element, 8 bytes */
  readonly "__proto__": BigInt64Array;
}

export interface Signature {
  readonly inputs: {
    readonly "*\u002f input.1": { readonly type: "f16"; readonly shape: readonly [2, 1] };
    readonly "__proto__": { readonly type: "i64"; readonly shape: readonly [] };
  };
  readonly outputs: {
    readonly "*\u002f input.1": { readonly type: "f16"; readonly shape: readonly [2, 1] };
    readonly "__proto__": { readonly type: "i64"; readonly shape: readonly [] };
  };
}

export interface Model<Half = Uint16Array> {
  readonly signature: Signature;
  /** What it computes with. */
  readonly target: "javascript";
  /** Computes new arrays of results. Throws a TypeError or RangeError that names the input, with a `code`: `run/missing-input`, `run/unknown-input`, `run/wrong-type`, `run/wrong-length`. */
  run(inputs: Inputs): Outputs<Half>;
  /** As `run`, into arrays of the caller: allocates nothing. Further codes: `run/missing-output`, `run/unknown-output`, `run/overlap`. */
  runInto(inputs: Inputs, outputs: OutputArrays): void;
  /** The model's own array of an input: handed to a run it is not copied. */
  input<Name extends keyof Inputs>(name: Name): Exclude<Inputs[Name], HalfArray>;
  /** The model's own array of an output: handed to `runInto` it is not copied. It holds the results of the last `runInto` that was given it, until the next run. */
  output<Name extends keyof Outputs>(name: Name): Outputs[Name];
}

export interface LoadOptions {
  /** This module needs no weights file. */
  readonly weights?: never;
  /** Gives f16 results as Float16Array, not as Uint16Array of bits. */
  readonly float16?: boolean;
}

/** Float16Array where TypeScript knows it. */
export type HalfArray = typeof globalThis extends { Float16Array: { prototype: infer T } } ? T : never;

/** Names, element types and shapes of inputs and outputs. */
export declare const signature: Signature;

/** Makes the model, its f16 results being Float16Array. */
export declare function load(options: LoadOptions & { readonly float16: true }): Promise<Model<HalfArray>>;

/** Makes the model. */
export declare function load(options?: LoadOptions): Promise<Model>;
