/** What WebAssembly with 128-bit SIMD can do, measured on V8 (Node 20). */
import type { Target } from "../../ir/target.js";

export const wasmTarget: Target = {
  name: "wasm",
  /** Sums are carried in the lanes' own type: doubles would halve the lanes. */
  accumulator: { f32: "f32", f64: "f64", i32: "i32", i64: "i64", u64: "u64", bool: "bool" },
  lanes: 4,
  /** V8 spills above about twelve live vectors: tiles of 5×8 or 6×8 lanes reach 32 to 40 GFLOP/s, 4×8 reaches 57 to 60. */
  registers: 12,
  unrolledMultiplyAdds: 400,
};
