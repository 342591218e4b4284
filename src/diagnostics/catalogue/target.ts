/** Errors of what a target can do. */
import { entries } from "./entry.js";

export const targetErrors = entries({
  "target/memory": {
    title: "intermediate results take more memory than an engine gives in one piece",
    remedy: "bind smaller dimensions with --shape, such as a batch of one",
  },
  "target/ports": {
    title: "the model has too many inputs and outputs",
    remedy: "cut the model into parts, or join inputs that belong together",
  },
  "target/code": {
    title: "the model would take more code than an engine reads",
    remedy: "cut the model into parts",
  },
  "target/inline-weights": {
    title: "the weights are too large to be carried in the module's text",
    remedy: "leave out --inline: the weights then go into a file beside the module",
  },
  "target/weight-range": {
    title: "a weight is too large for what weights are to be kept as",
    remedy: "compile with --weights f32, or --weights int8, which scales each output channel",
  },
});
