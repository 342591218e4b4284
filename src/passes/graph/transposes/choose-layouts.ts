/**
 * Chooses for each node that follows layouts which one it is computed in, so that the fewest bytes are transposed.
 *
 * A tensor costs its bytes once when something reads it in the other layout than it is made in. Inputs, outputs and ops with a
 * layout of their own are fixed. That is a minimum cut: what is computed channels last on one side, channels first on the other.
 * Of equal cuts the one with most on the channels-last side is taken, and elsewhere the one nearest to what is there.
 */
import type { Graph, Node, Value } from "../../../ir/graph/graph.js";
import { constant } from "../../../ir/graph/constant.js";
import { elementTypes } from "../../../ir/types/element-type.js";
import { elementCount } from "../../../ir/types/shape.js";
import { broadcastOperands, follows, layoutRead, tiedOperands } from "./followers.js";
import type { Frames } from "./frames.js";
import { Network } from "./minimum-cut.js";
import { isReshape, other, turnTo, type Layout, type Turn } from "./turn.js";

/** What a layout that is merely preferred weighs against a byte. */
const preference = 1;

/** The layout of every node that follows layouts and whose frame is known. */
export function chooseLayouts(graph: Graph, turn: Turn, frames: Frames): ReadonlyMap<Node, Layout> {
  const problem = new LayoutProblem(graph, turn, frames);
  for (const node of graph.nodes) problem.addReads(node);
  for (const { value } of graph.outputs) problem.addFixedRead(value);
  return problem.solve();
}

/** The data of a value and of the transposes of it. */
interface Datum {
  /** The vertex of what makes it. */
  readonly maker: number;
  readonly bytes: number;
  /** Vertices that cost the bytes when the maker and a reader differ, by the maker's layout. */
  readonly copies: Map<Layout, number>;
}

class LayoutProblem {
  private readonly network = new Network();
  private readonly vertices = new Map<Node, number>();
  private readonly data = new Map<Value, Datum>();
  private readonly constants = new Set<Value>();
  private readonly turn: Turn;
  private readonly frames: Frames;
  /** Of one byte; all preferences together weigh less. */
  private readonly byteWeight: number;

  constructor(graph: Graph, turn: Turn, frames: Frames) {
    this.turn = turn;
    this.frames = frames;
    this.byteWeight = (graph.nodes.length + 1) * preference;
    for (const { value } of graph.inputs) this.addDatum(value, undefined);
    for (const node of graph.nodes) this.addNode(node);
  }

  /** What a node reads and in which layout it must. */
  addReads(node: Node): void {
    const vertex = this.vertices.get(node);
    if (vertex !== undefined) {
      for (const operand of tiedOperands(node, this.turn)) this.addRead(operand, vertex);
      for (const operand of broadcastOperands(node, this.turn)) this.addBroadcastRead(operand, node, vertex);
    } else if (!this.frames.turning.has(node)) {
      for (const operand of node.operands) this.addReadOf(node, operand);
    }
  }

  /** Something reads a value as it is written down. */
  addFixedRead(value: Value): void {
    const frame = this.frames.frameOf(value);
    if (frame !== undefined) this.addRead(value, fixedVertex(frame));
  }

  solve(): ReadonlyMap<Node, Layout> {
    const first = this.network.sinkSide();
    return new Map([...this.vertices].map(([node, vertex]) => [node, first.has(vertex) ? 1 : 0]));
  }

  /** An operand of lower rank is transposed for each node that turns. */
  private addBroadcastRead(operand: Value, node: Node, vertex: number): void {
    if (this.constants.has(operand)) return;
    const fixed = fixedVertex(this.frames.frameOf(node.results[0]));
    const { elementType, shape } = operand.type;
    const weight = elementTypes[elementType].bytes * elementCount(shape) * this.byteWeight;
    this.network.addEdge(vertex, fixed, weight);
    this.network.addEdge(fixed, vertex, weight);
  }

  private addReadOf(node: Node, operand: Value): void {
    const frame = this.frames.frameOf(operand);
    const layout = frame === undefined ? "either" : layoutRead(node, operand, frame, this.turn);
    if (layout !== "either") this.addRead(operand, fixedVertex(layout));
  }

  private addNode(node: Node): void {
    const [result] = node.results;
    const frame = this.frames.frameOf(result);
    if (this.frames.turning.has(node)) {
      const datum = this.data.get(node.operands[0]);
      if (datum !== undefined) this.data.set(result, datum);
    } else if (node.op.name === constant.name) {
      this.constants.add(result);
    } else {
      const isFree = frame !== undefined && follows(node, this.turn);
      const vertex = isFree ? this.addVertex(node, this.preferred(result, frame)) : undefined;
      for (const value of node.results) this.addDatum(value, vertex);
    }
  }

  private preferred(value: Value, frame: Layout): Layout {
    return this.turn.isChannelsLast && this.frames.isSettled(value) ? 0 : frame;
  }

  private addVertex(node: Node, preferred: Layout): number {
    const vertex = this.network.addVertex();
    this.vertices.set(node, vertex);
    if (preferred === 0) this.network.addEdge(Network.source, vertex, preference);
    else this.network.addEdge(vertex, Network.sink, preference);
    return vertex;
  }

  private addDatum(value: Value, vertex: number | undefined): void {
    const frame = this.frames.frameOf(value);
    if (frame === undefined) return;
    const { elementType, shape } = value.type;
    const isFree = isReshape(turnTo(this.turn, other(frame)), shape);
    const bytes = isFree ? 0 : elementTypes[elementType].bytes * elementCount(shape);
    this.data.set(value, { maker: vertex ?? fixedVertex(frame), bytes, copies: new Map() });
  }

  /** `reader` reads the data in its own layout: a copy of it, for all such readers, where that is not the maker's. */
  private addRead(value: Value, reader: number): void {
    const datum = this.data.get(value);
    if (datum === undefined || datum.bytes === 0) return;
    this.network.addEdge(this.copyOf(datum, 0), reader, Infinity);
    this.network.addEdge(reader, this.copyOf(datum, 1), Infinity);
  }

  /** Source side means layout 0: a maker there and a reader on the sink's side cut maker → copy, and the other way round. */
  private copyOf(datum: Datum, maker: Layout): number {
    const known = datum.copies.get(maker);
    if (known !== undefined) return known;
    const copy = this.network.addVertex();
    const weight = datum.bytes * this.byteWeight;
    if (maker === 0) this.network.addEdge(datum.maker, copy, weight);
    else this.network.addEdge(copy, datum.maker, weight);
    datum.copies.set(maker, copy);
    return copy;
  }
}

function fixedVertex(layout: Layout | undefined): number {
  return layout === 1 ? Network.sink : Network.source;
}
