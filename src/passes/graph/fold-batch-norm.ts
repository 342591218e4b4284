/**
 * fold-batch-norm: scales by constants per channel, before and after convolutions and matrix products, become part of the filter;
 * shifts become one bias. What is left of a batch normalisation, before a convolution or after it, is at most one addition.
 *
 *     %c = conv(%x, %w)
 *     %s = multiply(%c, %scale)         %w1 = %w * %scale (a constant)
 *     %b = add(%s, %shift)        →     %c = conv(%x, %w1)
 *                                       %b = add(%c, %shift)
 *
 * Equal up to the rounding of the products and sums. A filter that others read as well is left alone, since a second one would be needed.
 */
import type { Graph } from "../../ir/graph/graph.js";
import type { Pass } from "../driver/pass.js";
import { rewriteGraph } from "../driver/rewrite.js";
import { scaleRules } from "./batch-norm-rules/scales.js";
import { shiftRules } from "./batch-norm-rules/shifts.js";
import { fold } from "./fold-constants.js";

const name = "fold-batch-norm";
const rules = [fold, ...shiftRules, ...scaleRules];

export const foldBatchNorm: Pass<Graph> = {
  name,
  why: "scales cost nothing inside a filter, and one bias costs nothing in the epilogue",
  run: (graph, context) => rewriteGraph(graph, rules, { pass: name, context }),
};
