/** What plain JavaScript can do, measured on V8 (Node 20). */
import type { Target } from "../../ir/target.js";

export const javascriptTarget: Target = {
  name: "javascript",
  /** Numbers are doubles: rounding each step to f32 costs 2.2 to 2.5 times, carrying f64 nothing. */
  accumulator: { f32: "f64", f64: "f64", i32: "i32", i64: "i64", u64: "u64", bool: "bool" },
  lanes: 1,
  registers: 16,
  /** Functions above 60 kB of bytecode are never optimised; that is about 1,650 multiply-adds with their loads. */
  unrolledMultiplyAdds: 1_600,
};

/** A quarter of the code or less, for 5 to 20 % of the speed: what stands by for engines without WebAssembly. */
export const smallJavascriptTarget: Target = { ...javascriptTarget, unrolledMultiplyAdds: 100 };
