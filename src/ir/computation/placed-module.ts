/** A lowered graph whose tensors have addresses: only computations and kernels remain, views and copies having become addresses or computations. */
import type { SourceLocation } from "../../diagnostics/location.js";
import type { Kernel } from "../loops/kernel.js";
import type { Tensor } from "../types/tensor.js";
import type { ElementType } from "../types/element-type.js";
import type { Computation } from "./computation.js";

/** A flat buffer that tensors lie in. */
export interface Root {
  readonly name: string;
  readonly elementType: ElementType;
  /** In elements. */
  readonly length: number;
  readonly home:
    | { readonly kind: "input"; readonly port: number }
    | { readonly kind: "output"; readonly port: number }
    | { readonly kind: "arena" }
    | { readonly kind: "constant"; readonly data: Tensor };
}

/** A piece of a root: `length` elements from `offset`. */
export interface Piece {
  readonly root: number;
  readonly offset: number;
  readonly length: number;
}

export type PlacedStep = { readonly location: SourceLocation } & (
  | {
      /** Operands and result of the computation are rank 1: indices count elements from the piece's first. */
      readonly kind: "compute";
      readonly computation: Computation;
      readonly operands: readonly Piece[];
      readonly result: Piece;
    }
  | {
      readonly kind: "kernel";
      readonly kernel: Kernel;
      readonly operands: readonly Piece[];
      readonly results: readonly Piece[];
    }
);

export interface PlacedModule {
  readonly name: string;
  readonly roots: readonly Root[];
  readonly steps: readonly PlacedStep[];
}
