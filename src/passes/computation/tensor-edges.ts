/**
 * Which tensor lies in which: the forest that `place-tensors` grows.
 * An edge says that a child's element i is an element of its parent; a tensor without an edge is a root and gets memory of its own.
 */
import { invariant } from "../../diagnostics/error.js";
import { axisIndex } from "../../ir/computation/affine.js";
import { reshapeAddress, viewAddress, type Address } from "../../ir/computation/address.js";
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

type Accepts = (tensor: TensorId, address: Address) => boolean;

export class TensorForest {
  private readonly edges = new Map<TensorId, Edge>();
  private readonly places = new Map<TensorId, { readonly root: TensorId; readonly address: Address }>();

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

  /** The tensor that this one lies in, or in what that lies in, and so on. */
  topOf(tensor: TensorId): TensorId {
    let top = tensor;
    for (let edge = this.edges.get(top); edge !== undefined; edge = this.edges.get(top)) top = edge.parent;
    return top;
  }

  link(child: TensorId, edge: Edge): void {
    this.edges.set(child, edge);
  }

  /** Turns edges around until `tensor` is a root that may be given a parent; false where something holds it. */
  claim(tensor: TensorId): boolean {
    const turned: (readonly [child: TensorId, edge: Edge, inverse: View])[] = [];
    let root = tensor;
    for (let edge = this.edges.get(root); edge !== undefined; edge = this.edges.get(root)) {
      const inverse = this.inverse(edge.view, root, edge.parent);
      if (this.pinned.has(root) || edge.step.kind !== "view" || inverse === undefined) return false;
      turned.push([root, edge, inverse]);
      root = edge.parent;
    }
    if (this.pinned.has(root)) return false;
    for (const [child, { parent, step }, inverse] of turned.reverse()) {
      this.edges.delete(child);
      this.edges.set(parent, { parent: child, view: inverse, step });
    }
    return true;
  }

  /** The view of `parent` in `child`, where `view` shows all of the parent exactly once. */
  inverse(view: View, child: TensorId, parent: TensorId): View | undefined {
    const [childShape, parentShape] = [this.shapeOf(child), this.shapeOf(parent)];
    if (view.kind === "reshape") return view;
    return elementCount(childShape) === elementCount(parentShape) ? invertIndices(view.indices, childShape) : undefined;
  }

  /**
   * Works out every address, parents first; edges are then fixed. An edge is cut where a reshape on the way has no strides, or where
   * the tensor's address is not one that `accepts` takes. What lies in no other has the address `addressOfRoot`.
   */
  settle(accepts: Accepts, addressOfRoot: (root: TensorId) => Address): void {
    for (let tensor = 0; tensor < this.module.tensors.length; tensor++) {
      for (const each of this.unsettledAbove(tensor)) this.settleOne(each, accepts, addressOfRoot);
    }
  }

  /** The tensor and those it lies in, down from the first one that has no address yet. */
  private unsettledAbove(tensor: TensorId): readonly TensorId[] {
    const path: TensorId[] = [];
    for (let at: TensorId | undefined = tensor; at !== undefined && !this.places.has(at);) {
      path.push(at);
      at = this.edges.get(at)?.parent;
    }
    return path.reverse();
  }

  private settleOne(tensor: TensorId, accepts: Accepts, addressOfRoot: (root: TensorId) => Address): void {
    const edge = this.edges.get(tensor);
    const address = edge && this.addressWithin(edge, tensor);
    if (edge !== undefined && address !== undefined && accepts(tensor, address)) {
      this.places.set(tensor, { root: this.rootOf(edge.parent), address });
    } else {
      this.edges.delete(tensor);
      this.places.set(tensor, { root: tensor, address: addressOfRoot(tensor) });
    }
  }

  private addressWithin({ parent, view }: Edge, tensor: TensorId): Address | undefined {
    const [above, shape] = [this.addressOf(parent), this.shapeOf(tensor)];
    if (view.kind === "reshape") return reshapeAddress(above, this.shapeOf(parent), shape);
    return viewAddress(above, view.indices, shape.length);
  }

  /** The tensor's address in its root, once settled. */
  addressOf(tensor: TensorId): Address {
    return this.placeOf(tensor).address;
  }

  rootOf(tensor: TensorId): TensorId {
    return this.placeOf(tensor).root;
  }

  private placeOf(tensor: TensorId): { readonly root: TensorId; readonly address: Address } {
    const place = this.places.get(tensor);
    invariant(place !== undefined, "place-tensors", `tensor ${tensor} has no address`);
    return place;
  }
}

/** Indices over the parent's dimensions, one per child dimension; undefined where a parent dimension is not ± one child dimension. */
export function invertIndices(indices: readonly Affine[], childShape: Shape): View | undefined {
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
