/** Errors of the text forms of graphs, kernels and programs. */
import { entries } from "./entry.js";

export const textErrors = entries({
  "text/syntax": {
    title: "the text does not follow the grammar",
    remedy: "compare with a text printed by `unstride print`",
  },
  "text/unknown-op": {
    title: "the text names an op that does not exist",
    remedy: "docs/ops.md lists the ops",
  },
  "text/unknown-value": {
    title: "a value is used that no input or earlier node makes",
    remedy: "put the node that makes it first",
  },
  "text/duplicate-value": {
    title: "two inputs or nodes make a value of the same name",
    remedy: "give each value its own name",
  },
  "text/type": {
    title: "the type that is written is not the type that the op makes",
    remedy: "write the type that is expected, or mend operands and attributes",
  },
  "text/tensor": {
    title: "the data of a tensor does not fit its type",
    remedy:
      "give one number for each element, within the range of the element type, or base64 of all bytes, little end first",
  },
  "text/elided": {
    title: "the text leaves out the data of a tensor",
    remedy: "print the graph without eliding; a shortened text is for reading only",
  },
});
