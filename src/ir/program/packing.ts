/** In which order a kernel reads a constant operand: a plain description, carried out when the weights are written. */

/** `base + Σ index[d] · strides[d]` for all indices below `extents`, last dimension fastest; counted in elements of the operand's piece. */
export interface PackedPiece {
  readonly base: number;
  readonly extents: readonly number[];
  readonly strides: readonly number[];
  /** How far each dimension goes in the operand, beyond which there are zeros; absent where that is as far as `extents`. */
  readonly present?: readonly number[];
}

/** The packed operand is its pieces one after the other. */
export interface Packing {
  /** Number of the operand in the computation. */
  readonly operand: number;
  readonly pieces: readonly PackedPiece[];
}
