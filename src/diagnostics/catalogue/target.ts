/** Errors of what a target can do. */
import { entries } from "./entry.js";

export const targetErrors = entries({
  "target/inline-weights": {
    title: "the weights are too large to be carried in the module's text",
    remedy: "leave out --inline: the weights then go into a file beside the module",
  },
});
