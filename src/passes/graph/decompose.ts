/**
 * decompose: rewrites every op that is made of simpler ones, each by its cheapest algorithm.
 *
 *     %y = avg_pool(%x) {kernel = [2], …}     →     %y = divide(sum_pool(%x) {kernel = [2], …}, constant 2)
 */
import type { Graph } from "../../ir/graph/graph.js";
import type { Pass } from "../driver/pass.js";
import { rewriteGraph } from "../driver/rewrite.js";
import { algorithmRule } from "./choose-algorithm.js";
import { noComposite } from "./properties.js";

const name = "decompose";
const rules = [algorithmRule(name)];

export const decompose: Pass<Graph> = {
  name,
  why: "kernels exist for simple ops only; what is made of them is fused again where that pays",
  gives: [noComposite],
  run: (graph, context) => rewriteGraph(graph, rules, { pass: name, context }),
};
