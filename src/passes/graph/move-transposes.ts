/**
 * move-transposes: computes what lies between transposes in the layout that needs the fewest of them.
 *
 *     %a = transpose(conv(%x, %v), [0, 3, 1, 2])
 *     %b = relu(%a)                                             %b = relu(conv(%x, %v))
 *     %c = conv(transpose(%b, [0, 2, 3, 1]), %w)         →      %c = conv(%b, %w)
 *
 * Models that are channels first come with transposes around every convolution; nearly all of them cancel, and those at the graph's
 * borders stay. Which ones is a minimum cut (`transposes/choose-layouts.ts`), so the bytes that are transposed never grow.
 * Constants are transposed at once. Transposes that move only dimensions of size 1 become reshapes.
 */
import { invariant } from "../../diagnostics/error.js";
import type { Graph } from "../../ir/graph/graph.js";
import { reshape } from "../../ir/ops/reshape.js";
import { transpose } from "../../ir/ops/transpose.js";
import { liveNodes } from "../driver/live.js";
import type { Pass, PassContext } from "../driver/pass.js";
import { rewriteGraph } from "../driver/rewrite.js";
import { ruleFor, type Rule } from "../driver/rule.js";
import { movementRules } from "./canonical-rules/movement.js";
import { fold } from "./fold-constants.js";
import { chooseLayouts } from "./transposes/choose-layouts.js";
import { framesOf } from "./transposes/frames.js";
import { relayout } from "./transposes/relayout.js";
import { isReshape, turnsOf, type Turn } from "./transposes/turn.js";

const name = "move-transposes";

/** Two or three are usual: what one turn leaves, another can take up. */
const maximumRounds = 50;

/** transpose(x) = reshape(x), where only dimensions of size 1 move */
const transposeIsReshape = ruleFor("transpose-is-reshape", transpose, (node, builder) => {
  const [x] = node.operands;
  if (!isReshape(node.attributes.permutation, x.type.shape)) return undefined;
  return [builder.one(reshape, [x], { shape: node.results[0].type.shape })];
});

const cleanUp: readonly Rule[] = [fold, transposeIsReshape, ...movementRules];

export const moveTransposes: Pass<Graph> = {
  name,
  why: "kernels are channels last; a model that is not should pay for that at its borders only",
  run(graph, context) {
    let current = graph;
    for (let rounds = 0; rounds < maximumRounds; rounds++) {
      const next = moveAll(current, context);
      if (next === current) return current;
      current = next;
    }
    invariant(false, name, `still moves transposes after ${maximumRounds} rounds`);
  },
};

/** Each turn lowers the bytes that are transposed, or moves work to channels last at equal bytes, or changes nothing: so it ends. */
function moveAll(graph: Graph, context: PassContext): Graph {
  const moved = turnsOf(graph).reduce((current, turn) => moveTurn(current, turn, context), graph);
  return rewriteGraph(moved, cleanUp, { pass: name, context });
}

function moveTurn(graph: Graph, turn: Turn, context: PassContext): Graph {
  const frames = framesOf(graph, turn);
  const moved = relayout(graph, turn, frames, chooseLayouts(graph, turn, frames));
  return moved === graph
    ? graph
    : rewriteGraph({ ...moved, nodes: liveNodes(moved) }, cleanUp, { pass: name, context });
}
