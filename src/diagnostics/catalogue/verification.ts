/** Errors of graphs that do not verify, apart from the ops' own constraints. */
import { entries } from "./entry.js";

export const verificationErrors = entries({
  "graph/attribute": {
    title: "an attribute is missing or has a wrong value",
    remedy: "see the op's page for its attributes",
  },
  "graph/operand-count": {
    title: "an op has a wrong number of operands",
    remedy: "see the op's page for its operands",
  },
  "graph/element-type": {
    title: "an operand has an element type the op does not take",
    remedy: "insert a cast",
  },
});
