/** Errors of what a target can do. */
import { entries } from "./entry.js";

export const targetErrors = entries({
  "target/element-type": {
    title: "the target does not compute in this element type",
    remedy: "cast to f32 or i32 before the operation",
  },
});
