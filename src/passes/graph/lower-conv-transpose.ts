/**
 * lower-conv-transpose: rewrites transposed convolutions into stride-one convolutions.
 *
 *     %y = conv_transpose(%x, %w) {strides = [2], …}
 *       → phases           %y = interleave(conv(slice(pad(%x)), slice(%w')), conv(slice(pad(%x)), slice(%w')))
 *       → zero-insertion   %y = conv(dilate(%x), flip(%w')) {strides = [1], …}
 *
 * where %w' is the filter with its channels swapped; of a constant filter constant folding makes data of all its parts.
 * Phases that see the same window become one convolution: see `merge-phases`.
 */
import type { Graph } from "../../ir/graph/graph.js";
import type { Pass } from "../driver/pass.js";
import { rewriteGraph } from "../driver/rewrite.js";
import { algorithmRule } from "./choose-algorithm.js";
import { mergePhases } from "./merge-phases.js";
import { noConvTranspose } from "./properties.js";

export interface LowerConvTransposeOptions {
  /** Absent: the one with fewer multiply-adds, which is by phases wherever a stride exceeds one. */
  readonly algorithm?: "phases" | "zero-insertion";
}

const name = "lower-conv-transpose";

/** Fails with `graph/algorithm` where the algorithm asked for refuses a node. */
export function lowerConvTranspose(options: LowerConvTransposeOptions = {}): Pass<Graph> {
  const rules = [algorithmRule(name, [{ name: "conv_transpose" }], options.algorithm), mergePhases];
  return {
    name,
    why: "everything that is fast is fast because it became a convolution of stride one",
    gives: [noConvTranspose],
    run: (graph, context) => rewriteGraph(graph, rules, { pass: name, context }),
  };
}
