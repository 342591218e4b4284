/** Errors of the text forms of graphs, kernels and programs. */
import { entries } from "./entry.js";

export const textErrors = entries({
  "text/syntax": {
    title: "the text does not follow the grammar",
    remedy: "compare with a text printed by `unstride print`",
  },
});
