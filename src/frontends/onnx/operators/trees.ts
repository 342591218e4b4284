/** TreeEnsemble: decision trees, whose branches are all computed, and one of each two is chosen at every node. */
import { isNan } from "../../../ir/ops/unary.js";
import { numbers } from "../../../ir/types/tensor.js";
import { formatTensorType } from "../../../ir/types/tensor.js";
import { algebra } from "../../importing/algebra.js";
import { convertTensor } from "../../importing/convert-tensor.js";
import { broadcastTo, sliced } from "../../importing/compose.js";
import { operand, refuse } from "../../importing/node-questions.js";
import type { Operand } from "../../importing/operand.js";
import { integer, integers, optionalTensor, required, type ValuesOf } from "../importing/attribute-kinds.js";
import type { NodeContext } from "../importing/node-context.js";
import { operator, type OperatorRow } from "../importing/operator.js";
import type { OnnxTensor } from "../proto/model.js";

const attributes = {
  aggregate_function: integer(1),
  leaf_targetids: required(integers),
  leaf_weights: required(optionalTensor),
  membership_values: optionalTensor,
  n_targets: required(integer(1)),
  nodes_falseleafs: required(integers),
  nodes_falsenodeids: required(integers),
  nodes_featureids: required(integers),
  nodes_hitrates: optionalTensor,
  nodes_missing_value_tracks_true: integers,
  nodes_modes: required(optionalTensor),
  nodes_splits: required(optionalTensor),
  nodes_trueleafs: required(integers),
  nodes_truenodeids: required(integers),
  post_transform: integer(0),
  tree_roots: required(integers),
};

type Attributes = ValuesOf<typeof attributes>;

export const treeOperators: readonly OperatorRow[] = [
  operator("TreeEnsemble", { domain: "ai.onnx.ml", since: 5, operands: [1, 1], attributes }, importTrees),
];

/** Numbers of `nodes_modes`. */
const comparisons = ["lessEqual", "less", "greaterEqual", "greater", "equal", "notEqual"] as const;
const member = 6;

/** A node's condition, and where it leads: another node, or a leaf. */
interface TreeNode {
  readonly feature: number;
  readonly mode: number;
  readonly split: number;
  readonly members: readonly number[];
  readonly missingIsTrue: boolean;
  readonly yes: Branch;
  readonly no: Branch;
}

interface Branch {
  readonly number: number;
  readonly isLeaf: boolean;
}

interface Forest {
  readonly x: Operand;
  readonly nodes: readonly TreeNode[];
  readonly leafTargets: readonly number[];
  readonly leafWeights: readonly number[];
  readonly targets: number;
}

/** The sum, or mean, over trees of what the leaf that is reached adds to its target: [N, targets]. */
function importTrees(context: NodeContext, given: Attributes): Operand {
  const { plus, over } = algebra(context.tensors);
  const forest = forestOf(context, given);
  const roots = given.tree_roots ?? [];
  const values = roots.map((number) => valueOf(context, forest, { number, isLeaf: false }, 0));
  const sum = values.reduce(plus);
  const whole = broadcastTo(context.tensors, sum, [forest.x.shape[0], forest.targets]);
  return given.aggregate_function === 0 ? over(whole, roots.length) : whole;
}

function forestOf(context: NodeContext, given: Attributes): Forest {
  const x = operand(context, 0);
  const { aggregate_function: aggregate, post_transform, n_targets: targets, tree_roots = [] } = given;
  if (x.shape.length !== 2 || targets < 1 || targets > 2 ** 16 || tree_roots.length === 0)
    refuse(context, "import/operand", { expected: "rows of features, and trees", found: formatTensorType(x) });
  if (aggregate > 1 || post_transform !== 0)
    refuse(context, "import/unsupported-form", {
      expected: "the sum or mean of trees as it is",
      found: `aggregate_function ${aggregate}, post_transform ${post_transform}`,
    });
  return {
    x,
    nodes: nodesOf(given),
    leafTargets: given.leaf_targetids ?? [],
    leafWeights: listOf(given.leaf_weights),
    targets,
  };
}

function listOf(tensor: OnnxTensor | undefined): readonly number[] {
  return tensor === undefined ? [] : Array.from(numbers(convertTensor(tensor, "f64")));
}

/** Sets of members stand one after the other, each ended by NaN, in the order of the nodes that ask for one. */
function nodesOf(given: Attributes): readonly TreeNode[] {
  const [modes, splits, values] = [given.nodes_modes, given.nodes_splits, given.membership_values].map(listOf);
  const ends = values.flatMap((value, i) => (Number.isNaN(value) ? [i] : []));
  const sets = ends.map((end, i) => values.slice(i === 0 ? 0 : ends[i - 1] + 1, end));
  let taken = 0;
  return (given.nodes_featureids ?? []).map((feature, i) => ({
    feature,
    mode: modes[i] ?? -1,
    split: splits[i] ?? 0,
    members: modes[i] === member ? (sets[taken++] ?? []) : [],
    missingIsTrue: given.nodes_missing_value_tracks_true?.[i] === 1,
    yes: { number: given.nodes_truenodeids?.[i] ?? -1, isLeaf: given.nodes_trueleafs?.[i] === 1 },
    no: { number: given.nodes_falsenodeids?.[i] ?? -1, isLeaf: given.nodes_falseleafs?.[i] === 1 },
  }));
}

/** Deeper trees, and those that lead back to themselves, are refused. */
const deepest = 64;

function valueOf(context: NodeContext, forest: Forest, { number, isLeaf }: Branch, depth: number): Operand {
  const { tensors } = context;
  const count = isLeaf ? forest.leafWeights.length : forest.nodes.length;
  if (depth > deepest || number < 0 || number >= count)
    refuse(context, "import/attribute", { expected: `trees of at most ${deepest} levels`, found: `node ${number}` });
  if (isLeaf) {
    const row = Array.from({ length: forest.targets }, (_, target) =>
      target === forest.leafTargets[number] ? forest.leafWeights[number] : 0,
    );
    tensors.reserve(row.length);
    return tensors.known(forest.x.elementType, [1, forest.targets], row);
  }
  const node = forest.nodes[number];
  const [yes, no] = [node.yes, node.no].map((branch) => valueOf(context, forest, branch, depth + 1));
  return algebra(tensors).where(conditionOf(context, forest.x, node), yes, no);
}

/** [N, 1] */
function conditionOf(context: NodeContext, x: Operand, node: TreeNode): Operand {
  const words = algebra(context.tensors);
  if (node.feature < 0 || node.feature >= x.shape[1] || !(node.mode in comparisons || node.mode === member))
    refuse(context, "import/attribute", {
      expected: `features below ${x.shape[1]} and modes from 0 to 6`,
      found: `feature ${node.feature}, mode ${node.mode}`,
    });
  const value = sliced(context.tensors, x, 1, node.feature, 1);
  const condition =
    node.mode === member
      ? [...node.members.map((each) => words.equal(value, each)), words.less(value, -Infinity)].reduce(words.or)
      : words[comparisons[node.mode]](value, node.split);
  return node.missingIsTrue ? words.or(condition, context.tensors.apply(isNan, [value], {}, "bool")) : condition;
}
