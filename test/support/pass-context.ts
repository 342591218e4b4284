/** What passes are told in tests. */
import type { PassContext } from "../../src/passes/driver/pass.js";

/** A target like plain JavaScript; nobody listens to remarks. */
export const passContext: PassContext = {
  target: {
    name: "javascript",
    accumulator: { f32: "f64", f64: "f64", i32: "i32", i64: "i64", u64: "u64", bool: "bool" },
    lanes: 1,
    registers: 12,
    unrolledMultiplyAdds: 400,
  },
};
