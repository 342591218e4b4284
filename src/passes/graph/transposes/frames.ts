/**
 * In which layout each value of a graph is written down. A transpose leads from one to the other; ops that follow layouts have all
 * their values in one; convolutions and poolings have theirs channels last. Values that nothing of this says anything about
 * have no frame.
 */
import { isOp, type Graph, type Node, type Value } from "../../../ir/graph/graph.js";
import { constant } from "../../../ir/graph/constant.js";
import { follows, tiedOperands } from "./followers.js";
import { leadsTo, other, type Layout, type Turn } from "./turn.js";

/** Ops whose data is [N, spatial…, C] whatever else it is. */
const channelsLastOps: ReadonlySet<string> = new Set([
  "conv",
  "conv_transpose",
  "max_pool",
  "avg_pool",
  "sum_pool",
  "max_pool_with_argmax",
  "max_unpool",
]);

export interface Frames {
  frameOf(value: Value): Layout | undefined;
  /** Whether the frame is a fact, not one of two ways to see it. */
  isSettled(value: Value): boolean;
  /** The transposes that only change the frame: what they read and make is the same data. */
  readonly turning: ReadonlySet<Node>;
}

/** Frames by one turn. Transposes that contradict what is known already do not count as turning. */
export function framesOf(graph: Graph, turn: Turn): Frames {
  const classes = new Classes();
  for (const values of tiedValues(graph, turn)) for (const value of values) classes.join(values[0], value);
  const transposes = graph.nodes.filter((node) => leadsTo(node, turn) !== undefined);
  for (const value of channelsLastValues(graph, turn)) classes.settle(value, 0);
  for (const node of transposes) settleDirected(classes, node, turn);
  spread(classes, transposes);
  const settled = new Set(classes.knownClasses());
  for (const node of transposes) {
    if (classes.frameOf(node.operands[0]) === undefined) {
      classes.settle(node.operands[0], 1);
      spread(classes, transposes);
    }
  }
  const turning = new Set(transposes.filter((node) => turns(classes, node, turn)));
  return {
    frameOf: (value) => classes.frameOf(value),
    isSettled: (value) => settled.has(classes.classOf(value)),
    turning,
  };
}

/** The values that each following node keeps in one frame. Constants take any. */
function tiedValues(graph: Graph, turn: Turn): readonly (readonly Value[])[] {
  const constants = new Set(graph.nodes.filter((node) => isOp(node, constant)).flatMap(({ results }) => results));
  const following = graph.nodes.filter((node) => follows(node, turn));
  return following.map((node) => [
    ...node.results,
    ...tiedOperands(node, turn).filter((operand) => !constants.has(operand)),
  ]);
}

function channelsLastValues(graph: Graph, turn: Turn): readonly Value[] {
  if (!turn.isChannelsLast) return [];
  const spatial = graph.nodes.filter(({ op }) => channelsLastOps.has(op.name));
  const values = spatial.flatMap(({ operands: [data], results }) => [data, ...results]);
  return values.filter(({ type }) => type.shape.length === turn.rank);
}

/** Where the two transposes differ, each says what frames it stands between. */
function settleDirected(classes: Classes, node: Node, turn: Turn): void {
  const layout = leadsTo(node, turn);
  if (layout === "either" || layout === undefined) return;
  const [from, to] = [classes.frameOf(node.operands[0]), classes.frameOf(node.results[0])];
  if (from === layout || to === other(layout)) return;
  classes.settle(node.operands[0], other(layout));
  if (classes.frameOf(node.results[0]) === undefined) classes.settle(node.results[0], layout);
}

/** What is known on one side of a transpose is known on the other. */
function spread(classes: Classes, transposes: readonly Node[]): void {
  for (let changed = true; changed;) {
    changed = false;
    for (const { operands, results } of transposes) {
      const [from, to] = [classes.frameOf(operands[0]), classes.frameOf(results[0])];
      if ((from === undefined) === (to === undefined)) continue;
      if (from !== undefined) classes.settle(results[0], other(from));
      if (to !== undefined) classes.settle(operands[0], other(to));
      changed = true;
    }
  }
}

function turns(classes: Classes, node: Node, turn: Turn): boolean {
  const [from, to] = [classes.frameOf(node.operands[0]), classes.frameOf(node.results[0])];
  const layout = leadsTo(node, turn);
  return from !== undefined && to === other(from) && (layout === "either" || layout === to);
}

/** Sets of values that share a frame (union and find), and the frames that are known. */
class Classes {
  private readonly parent = new Map<Value, Value>();
  private readonly frames = new Map<Value, Layout>();

  classOf(value: Value): Value {
    let root = value;
    for (let up = this.parent.get(root); up !== undefined; up = this.parent.get(root)) root = up;
    for (let next = value; next !== root;) {
      const up = this.parent.get(next) ?? root;
      this.parent.set(next, root);
      next = up;
    }
    return root;
  }

  join(a: Value, b: Value): void {
    const [left, right] = [this.classOf(a), this.classOf(b)];
    if (left !== right) this.parent.set(right, left);
  }

  frameOf(value: Value): Layout | undefined {
    return this.frames.get(this.classOf(value));
  }

  /** The first word counts. */
  settle(value: Value, frame: Layout): void {
    const root = this.classOf(value);
    if (!this.frames.has(root)) this.frames.set(root, frame);
  }

  knownClasses(): Iterable<Value> {
    return this.frames.keys();
  }
}
