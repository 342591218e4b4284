/** What a target can do, as far as passes need to know. Printers live in codegen; passes see only this. */
import type { ScalarType } from "./computation/computation.js";

export interface Target {
  readonly name: "javascript" | "wasm";
  /** The type in which sums over elements of a type are carried: f64 for f32 where that costs nothing. */
  readonly accumulator: Readonly<Record<ScalarType, ScalarType>>;
  /** f32 lanes of a vector register; 1 where there are none. */
  readonly lanes: number;
  /** Live scalars or vectors an inner loop may hold before the engine spills. */
  readonly registers: number;
  /** Multiply-adds one function may spell out: above V8's bytecode limit a function is never optimised. */
  readonly unrolledMultiplyAdds: number;
}
