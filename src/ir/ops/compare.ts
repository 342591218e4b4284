/** Comparisons of two elements, with NumPy's broadcasting, and `select`, which uses them. */
import { applyCompare, choose } from "../computation/build-scalar.js";
import type { CompareFunction } from "../computation/functions.js";
import { compareFunctions } from "../computation/scalar-functions.js";
import { defineOp, exact, gradientUnwritten, notDifferentiable } from "../graph/define-op.js";
import type { OpDefinition } from "../graph/graph.js";
import type { ElementType } from "../types/element-type.js";
import { tensorType } from "../types/tensor.js";
import {
  exactTypes,
  movedTypes,
  evaluateWords,
  inferBroadcast,
  lowerElementwise,
  sameElementTypes,
  shapesBroadcast,
  type NoAttributes,
} from "./elementwise.js";

function compareOp(
  name: CompareFunction,
  summary: string,
  elementTypes: readonly ElementType[],
): OpDefinition<NoAttributes, "C1" | "C2"> {
  return defineOp<NoAttributes, "C1" | "C2">({
    name,
    summary,
    operands: [
      { name: "a", summary: "any shape", elementTypes },
      { name: "b", summary: "a shape that broadcasts with a's", elementTypes },
    ],
    attributes: {},
    constraints: { C1: shapesBroadcast, C2: sameElementTypes },
    inferTypes([a, b], _, require) {
      require("C2", a.elementType === b.elementType);
      return [tensorType("bool", inferBroadcast([a, b], require))];
    },
    evaluate: ([a, b], _, [result]) => [evaluateWords([a, b], result, compareFunctions[name])],
    gradient: notDifferentiable("its results are not real numbers"),
    lowering: lowerElementwise(name, ([a, b]) => applyCompare(name, a, b)),
    accuracy: exact,
  });
}

export const compareOps = {
  equal: compareOp("equal", "Whether a = b; never for NaN.", movedTypes),
  not_equal: compareOp("not_equal", "Whether a differs from b; always for NaN.", movedTypes),
  less: compareOp("less", "Whether a < b.", exactTypes),
  less_equal: compareOp("less_equal", "Whether a <= b.", exactTypes),
  greater: compareOp("greater", "Whether a > b.", exactTypes),
  greater_equal: compareOp("greater_equal", "Whether a >= b.", exactTypes),
};

export const { equal, not_equal: notEqual, less, greater } = compareOps;
export const { less_equal: lessEqual, greater_equal: greaterEqual } = compareOps;

export const select = defineOp<NoAttributes, "C1" | "C2">({
  name: "select",
  summary: "a where the condition is true, b elsewhere; all three broadcast.",
  operands: [
    { name: "condition", summary: "any shape", elementTypes: ["bool"] },
    { name: "a", summary: "a shape that broadcasts with the others", elementTypes: movedTypes },
    { name: "b", summary: "a shape that broadcasts with the others", elementTypes: movedTypes },
  ],
  attributes: {},
  constraints: { C1: shapesBroadcast, C2: { ...sameElementTypes, statement: "a and b have the same element type" } },
  inferTypes([condition, a, b], _, require) {
    require("C2", a.elementType === b.elementType);
    return [tensorType(a.elementType, inferBroadcast([condition, a, b], require))];
  },
  evaluate: (operands, _, [result]) => [evaluateWords(operands, result, (condition, a, b) => (condition ? a : b))],
  gradient: gradientUnwritten,
  lowering: lowerElementwise("select", ([condition, a, b]) => choose(condition, a, b)),
  accuracy: exact,
});
