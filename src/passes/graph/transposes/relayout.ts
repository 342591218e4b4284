/**
 * Rebuilds a graph with each node in its chosen layout. Transposes stand where a tensor is first read in the other layout than it is
 * made in, once for all readers; those that are there already are used again, with their names.
 */
import { derivedLocation, type SourceLocation } from "../../../diagnostics/location.js";
import type { Attributes } from "../../../ir/attributes/value.js";
import { constant } from "../../../ir/graph/constant.js";
import { producers, type Graph, type Node, type OpDefinition, type Value } from "../../../ir/graph/graph.js";
import { namesOf, type ValueNames } from "../../../ir/graph/value-names.js";
import { reshape } from "../../../ir/ops/reshape.js";
import { transpose } from "../../../ir/ops/transpose.js";
import { elementCount, permute } from "../../../ir/types/shape.js";
import { tensorType } from "../../../ir/types/tensor.js";
import { broadcastOperands, layoutRead, readsPermuted, tiedOperands, turnedAttributes } from "./followers.js";
import type { Frames } from "./frames.js";
import { other, turnTo, type Layout, type Turn } from "./turn.js";

/** The same graph in the chosen layouts; the very same object where nothing changes. */
export function relayout(graph: Graph, turn: Turn, frames: Frames, layouts: ReadonlyMap<Node, Layout>): Graph {
  const writer = new Relayout(graph, turn, frames, layouts);
  for (const node of graph.nodes) writer.write(node);
  return writer.finish();
}

/** One tensor's data: the values that stand for it in either layout, and the one it is made in. */
interface Datum {
  readonly values: Map<Layout, Value>;
  made: Layout;
  /** The layouts that exist in the new graph so far. */
  readonly present: Set<Layout>;
  readonly location: SourceLocation;
}

class Relayout {
  private readonly graph: Graph;
  private readonly turn: Turn;
  private readonly frames: Frames;
  private readonly layouts: ReadonlyMap<Node, Layout>;
  private readonly nodes: Node[] = [];
  private readonly data = new Map<Value, Datum>();
  private readonly makers: ReadonlyMap<Value, Node>;
  private readonly names: ValueNames;

  constructor(graph: Graph, turn: Turn, frames: Frames, layouts: ReadonlyMap<Node, Layout>) {
    this.graph = graph;
    this.turn = turn;
    this.frames = frames;
    this.layouts = layouts;
    this.makers = producers(graph);
    const values = [...graph.inputs.map(({ value }) => value), ...graph.nodes.flatMap(({ results }) => results)];
    this.names = namesOf(graph);
    for (const value of values) this.addValue(value);
  }

  write(node: Node): void {
    if (this.frames.turning.has(node)) return;
    const layout = this.layouts.get(node);
    if (layout === undefined) this.put(node, this.readFixed(node), node.results);
    else this.writeFollowing(node, layout);
  }

  finish(): Graph {
    const outputs = this.graph.outputs.map(({ name, value }) => ({ name, value: this.asWritten(value) }));
    const before = new Set(this.graph.nodes);
    const isSame = this.nodes.length === before.size && this.nodes.every((node) => before.has(node));
    return isSame ? this.graph : { ...this.graph, nodes: this.nodes, outputs };
  }

  private addValue(value: Value): void {
    const frame = this.frames.frameOf(value);
    if (frame === undefined) return;
    const maker = this.makers.get(value);
    if (maker !== undefined && this.frames.turning.has(maker)) this.addTurned(value, frame, maker);
    else {
      const made = (maker && this.layouts.get(maker)) ?? frame;
      const present = new Set(maker === undefined ? [frame] : []);
      const location = maker?.location ?? { kind: "unknown" };
      this.data.set(value, { values: new Map([[frame, value]]), made, present, location });
    }
  }

  /** The first transpose of a tensor gives the name in its layout. */
  private addTurned(value: Value, frame: Layout, maker: Node): void {
    const datum = this.data.get(maker.operands[0]);
    if (datum === undefined) return;
    this.data.set(value, datum);
    if (!datum.values.has(frame)) datum.values.set(frame, value);
  }

  /** The value in a layout, transposed here where it is not there yet. */
  private inLayout(value: Value, layout: Layout): Value {
    const datum = this.data.get(value);
    if (datum === undefined) return value;
    const wanted = this.valueIn(datum, layout);
    if (!datum.present.has(layout)) {
      datum.present.add(layout);
      this.putTranspose(this.valueIn(datum, other(layout)), wanted, layout, datum.location);
    }
    return wanted;
  }

  private putTranspose(from: Value, to: Value, layout: Layout, origin: SourceLocation): void {
    const maker = this.makers.get(to);
    const reuses = maker !== undefined && this.frames.turning.has(maker);
    const location = reuses ? maker.location : derivedLocation("move-transposes", origin);
    const permutation = turnTo(this.turn, layout);
    if (reuses && maker.operands[0] === from) this.nodes.push(maker);
    else this.nodes.push(nodeOf(transpose, [from], { permutation }, [to], location));
  }

  private valueIn(datum: Datum, layout: Layout): Value {
    const known = datum.values.get(layout);
    if (known !== undefined) return known;
    const [original] = datum.values.values();
    const { elementType, shape } = original.type;
    const type = tensorType(elementType, permute(shape, turnTo(this.turn, layout)));
    const value = { name: this.names.fresh(`${original.name}.turned`), type };
    datum.values.set(layout, value);
    return value;
  }

  private asWritten(value: Value): Value {
    const frame = this.frames.frameOf(value);
    return frame === undefined ? value : this.inLayout(value, frame);
  }

  /** Operands and attributes of a node that does not follow; some read any layout. */
  private readFixed(node: Node): Node {
    const [operand] = node.operands;
    const datum = operand && this.data.get(operand);
    const frame = operand && this.frames.frameOf(operand);
    if (datum !== undefined && frame !== undefined) {
      const read = layoutRead(node, operand, frame, this.turn);
      const isThere = read === frame || (read !== "either" && datum.present.has(read));
      const layout = isThere ? read : datum.made;
      const attributes = layout === frame ? undefined : readsPermuted(node, turnTo(this.turn, layout));
      if (attributes !== undefined) return { ...node, operands: [this.inLayout(operand, layout)], attributes };
    }
    return withOperands(
      node,
      node.operands.map((value) => this.asWritten(value)),
    );
  }

  private put(node: Node, read: Node, results: readonly Value[]): void {
    const same = results.every((value, i) => value === node.results[i]);
    this.nodes.push(same ? read : { ...read, results });
    for (const value of node.results) {
      const datum = this.data.get(value);
      datum?.present.add(datum.made);
    }
  }

  private writeFollowing(node: Node, layout: Layout): void {
    const frame = this.frames.frameOf(node.results[0]);
    const tied = new Set(tiedOperands(node, this.turn));
    if (frame === layout || frame === undefined) {
      const operands = node.operands.map((value) =>
        tied.has(value) ? this.tiedIn(value, layout, layout) : this.asWritten(value),
      );
      return this.put(node, withOperands(node, operands), node.results);
    }
    const broadcasts = new Set(broadcastOperands(node, this.turn));
    const operands = node.operands.map((value) => {
      if (tied.has(value)) return this.tiedIn(value, layout, frame);
      return broadcasts.has(value) ? this.broadcastIn(value, layout, node) : this.asWritten(value);
    });
    const attributes = turnedAttributes(node, turnTo(this.turn, layout));
    const results = node.results.map((value) => this.resultIn(value, layout));
    this.put(node, { ...node, operands, attributes }, results);
  }

  private resultIn(value: Value, layout: Layout): Value {
    const datum = this.data.get(value);
    return datum === undefined ? value : this.valueIn(datum, layout);
  }

  /** A tied operand of a node whose values are written in `frame`; constants have no frame and are transposed where they are read. */
  private tiedIn(value: Value, layout: Layout, frame: Layout): Value {
    if (this.data.has(value) && this.makers.get(value)?.op.name !== constant.name) return this.inLayout(value, layout);
    return layout === frame ? this.asWritten(value) : this.transposed(this.asWritten(value), layout);
  }

  /** An operand of lower rank with leading dimensions of size 1, transposed. */
  private broadcastIn(value: Value, layout: Layout, node: Node): Value {
    if (elementCount(value.type.shape) === 1) return value;
    const missing = this.turn.rank - value.type.shape.length;
    const shape = [...Array.from({ length: missing }, () => 1), ...value.type.shape];
    const source = this.asWritten(value);
    const ranked = { name: this.names.fresh(`${value.name}.ranked`), type: tensorType(value.type.elementType, shape) };
    const location = derivedLocation("move-transposes", node.location);
    this.nodes.push(nodeOf(reshape, [source], { shape }, [ranked], location));
    return this.transposed(ranked, layout);
  }

  private transposed(value: Value, layout: Layout): Value {
    const permutation = turnTo(this.turn, layout);
    const type = tensorType(value.type.elementType, permute(value.type.shape, permutation));
    const turned = { name: this.names.fresh(`${value.name}.turned`), type };
    const location = derivedLocation("move-transposes", this.makers.get(value)?.location ?? { kind: "unknown" });
    this.nodes.push(nodeOf(transpose, [value], { permutation }, [turned], location));
    return turned;
  }
}

function withOperands(node: Node, operands: readonly Value[]): Node {
  return operands.every((value, i) => value === node.operands[i]) ? node : { ...node, operands };
}

function nodeOf<A extends Attributes>(
  op: OpDefinition<A>,
  operands: readonly Value[],
  attributes: A,
  results: readonly Value[],
  location: SourceLocation,
): Node<A> {
  return { op, operands, attributes, results, location };
}
