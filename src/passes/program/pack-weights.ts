/** Collects constant data into segments: each kernel's weights in the order it reads them, equal data once. */
import { invariant } from "../../diagnostics/error.js";
import type { Piece, PlacedModule } from "../../ir/computation/placed-module.js";
import type { PackedPiece, Packing } from "../../ir/program/packing.js";
import type { Segment } from "../../ir/program/program.js";
import { allocate, type TypedArray } from "../../ir/types/element-type.js";
import { elementCount } from "../../ir/types/shape.js";
import type { Tensor } from "../../ir/types/tensor.js";

/** Where a kernel finds its constant. */
export interface PackedOperand {
  readonly segment: number;
  readonly offset: number;
}

export class WeightPacker {
  readonly segments: Segment[] = [];
  private readonly known = new Map<string, number>();
  private readonly module: PlacedModule;

  constructor(module: PlacedModule) {
    this.module = module;
  }

  /** The segment that holds `piece` of a constant, packed where the kernel asks for it. */
  add(piece: Piece, packing: Packing | undefined): PackedOperand {
    const key = packing === undefined ? `${piece.root}` : JSON.stringify([piece, packing.pieces]);
    const segment = this.known.get(key) ?? this.append(piece, packing);
    this.known.set(key, segment);
    return { segment, offset: packing === undefined ? piece.offset : 0 };
  }

  private append(piece: Piece, packing: Packing | undefined): number {
    const root = this.module.roots[piece.root];
    invariant(root?.home.kind === "constant", "pack-weights", `root ${piece.root} is not constant`);
    const { data } = root.home;
    const packed = packing === undefined ? data : packTensor(data, piece.offset, packing.pieces);
    this.segments.push({ name: root.name || "constant", data: packed });
    return this.segments.length - 1;
  }
}

/** The elements of `source` that the pieces name, in their order. */
export function packTensor(source: Tensor, offset: number, pieces: readonly PackedPiece[]): Tensor {
  const length = pieces.reduce((sum, { extents }) => sum + elementCount(extents), 0);
  const data = allocate(source.elementType, length);
  let next = 0;
  for (const { base, extents, strides } of pieces)
    next = copyNest(source.data, offset + base, extents, strides, data, next);
  return { elementType: source.elementType, shape: [length], data };
}

/** Writes one nest from `to[next]` on; returns where the following one starts. */
function copyNest(
  from: TypedArray,
  base: number,
  extents: readonly number[],
  strides: readonly number[],
  to: TypedArray,
  next: number,
): number {
  const [extent, ...innerExtents] = extents;
  const [stride = 0, ...innerStrides] = strides;
  if (extent === undefined) {
    to[next] = from[base] as never;
    return next + 1;
  }
  let position = next;
  for (let i = 0; i < extent; i++)
    position = copyNest(from, base + i * stride, innerExtents, innerStrides, to, position);
  return position;
}
