/**
 * Which tensor lies in which: the forest that `place-tensors` grows.
 * An edge says that a child's element i is an element of its parent; a tensor without an edge is a root and gets memory of its own.
 */
import { axisIndex } from "../../ir/computation/affine.js";
import { denseAddress, reshapeAddress, viewAddress, type Address } from "../../ir/computation/address.js";
import type { Affine, View } from "../../ir/computation/computation.js";
import type { ComputationModule, Step, TensorId } from "../../ir/computation/module.js";
import { elementCount, type Shape } from "../../ir/types/shape.js";

export interface Edge {
  readonly parent: TensorId;
  /** How the child is seen in the parent. */
  readonly view: View;
  /** The step that the edge makes superfluous; cutting the edge brings it back as a copy. */
  readonly step: Step;
}

export class TensorForest {
  private readonly edges = new Map<TensorId, Edge>();

  constructor(
    module: ComputationModule,
    /** Tensors that keep memory of their own: inputs, outputs, constants. */
    pinned: ReadonlySet<TensorId>,
  ) {
    this.module = module;
    this.pinned = pinned;
  }

  private readonly module: ComputationModule;
  private readonly pinned: ReadonlySet<TensorId>;

  shapeOf(tensor: TensorId): Shape {
    return this.module.tensors[tensor]?.type.shape ?? [];
  }

  edgeOf(tensor: TensorId): Edge | undefined {
    return this.edges.get(tensor);
  }

  link(child: TensorId, edge: Edge): void {
    this.edges.set(child, edge);
  }

  cut(child: TensorId): void {
    this.edges.delete(child);
  }

  rootOf(tensor: TensorId): TensorId {
    const edge = this.edges.get(tensor);
    return edge === undefined ? tensor : this.rootOf(edge.parent);
  }

  /** Turns edges around until `tensor` is a root that may be given a parent; false where something holds it. */
  claim(tensor: TensorId): boolean {
    if (this.pinned.has(tensor)) return false;
    const edge = this.edges.get(tensor);
    if (edge === undefined) return true;
    const inverse = this.inverse(edge.view, tensor, edge.parent);
    if (edge.step.kind !== "view" || inverse === undefined || !this.claim(edge.parent)) return false;
    this.edges.delete(tensor);
    this.edges.set(edge.parent, { parent: tensor, view: inverse, step: edge.step });
    return true;
  }

  /** The view of `parent` in `child`, where `view` shows all of the parent exactly once. */
  inverse(view: View, child: TensorId, parent: TensorId): View | undefined {
    const [childShape, parentShape] = [this.shapeOf(child), this.shapeOf(parent)];
    if (view.kind === "reshape") return view;
    return elementCount(childShape) === elementCount(parentShape) ? invertIndices(view.indices, childShape) : undefined;
  }

  /** The tensor's address in its root, or undefined where a reshape on the way has no strides. */
  addressOf(tensor: TensorId): Address | undefined {
    const edge = this.edges.get(tensor);
    const shape = this.shapeOf(tensor);
    if (edge === undefined) return denseAddress(shape);
    const parent = this.addressOf(edge.parent);
    if (parent === undefined) return undefined;
    if (edge.view.kind === "reshape") return reshapeAddress(parent, this.shapeOf(edge.parent), shape);
    return viewAddress(parent, edge.view.indices, shape.length);
  }
}

/** Indices over the parent's dimensions, one per child dimension; undefined where a parent dimension is not ± one child dimension. */
function invertIndices(indices: readonly Affine[], childShape: Shape): View | undefined {
  const inverse: Affine[] = childShape.map(() => ({ kind: "affine", constant: 0, terms: [] }));
  const seen = new Set<number>();
  for (const [d, { constant, terms }] of indices.entries()) {
    const [term, ...others] = terms;
    if (term === undefined) continue;
    if (others.length > 0 || Math.abs(term.coefficient) !== 1 || seen.has(term.axis)) return undefined;
    seen.add(term.axis);
    inverse[term.axis] = axisIndex(d, term.coefficient, -constant * term.coefficient);
  }
  const complete = childShape.every((size, axis) => size === 1 || seen.has(axis));
  return complete ? { kind: "affine", indices: inverse } : undefined;
}
