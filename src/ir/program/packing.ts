/** In which order a kernel reads a constant operand: a plain description, carried out when the weights are written. */
import type { Tensor } from "../types/tensor.js";

/** `base + Σ index[d] · strides[d]` for all indices below `extents`, last dimension fastest; counted in elements of the operand's piece. */
export interface PackedPiece {
  readonly base: number;
  readonly extents: readonly number[];
  readonly strides: readonly number[];
  /** How far each dimension goes in the operand, beyond which there are zeros; absent where that is as far as `extents`. */
  readonly present?: readonly number[];
}

/** Where packed data comes from: pieces, counted from `offset` on, of a constant. */
export interface PackedFrom {
  readonly source: Tensor;
  readonly offset: number;
  readonly pieces: readonly PackedPiece[];
}

/** The packed operand is its pieces one after the other. */
export interface Packing {
  /** Number of the operand in the computation. */
  readonly operand: number;
  readonly pieces: readonly PackedPiece[];
}
