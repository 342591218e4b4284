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
    this.segments.push({ name: root.name || "constant", ...packedData(data, piece, packing) });
    return this.segments.length - 1;
  }
}

function packedData(source: Tensor, { offset }: Piece, packing: Packing | undefined): Omit<Segment, "name"> {
  if (packing === undefined) return { data: source };
  const { pieces } = packing;
  return { data: packTensor(source, offset, pieces), packed: { source, offset, pieces } };
}

/** The elements of `source` that the pieces name, in their order. */
export function packTensor(source: Tensor, offset: number, pieces: readonly PackedPiece[]): Tensor {
  const length = pieces.reduce((sum, { extents }) => sum + elementCount(extents), 0);
  const data = allocate(source.elementType, length);
  let next = 0;
  for (const piece of pieces) {
    copyNest(source.data, offset + piece.base, dimensionsOf(piece), data, next);
    next += elementCount(piece.extents);
  }
  return { elementType: source.elementType, shape: [length], data };
}

interface Dimension {
  readonly present: number;
  /** Elements that neighbours lie apart in the source, and when packed. */
  readonly from: number;
  readonly to: number;
}

function dimensionsOf({ extents, strides, present = extents }: PackedPiece): readonly Dimension[] {
  return extents.map((extent, d) => {
    const to = elementCount(extents.slice(d + 1));
    return { present: present[d] ?? extent, from: strides[d] ?? 0, to };
  });
}

/** Writes one nest from `to[next]` on: weights are millions, so what is done for each element is a load and a store. */
function copyNest(
  from: TypedArray,
  base: number,
  dimensions: readonly Dimension[],
  to: TypedArray,
  next: number,
  depth = 0,
): void {
  const dimension = dimensions[depth];
  if (dimension === undefined) {
    to[next] = from[base] as never;
  } else if (depth === dimensions.length - 1) {
    copyRow(from, base, dimension, to, next);
  } else {
    for (let i = 0; i < dimension.present; i++) {
      copyNest(from, base + i * dimension.from, dimensions, to, next + i * dimension.to, depth + 1);
    }
  }
}

function copyRow(from: TypedArray, base: number, row: Dimension, to: TypedArray, next: number): void {
  const { present, from: readStep, to: writeStep } = row;
  for (let i = 0; i < present; i++) to[next + i * writeStep] = from[base + i * readStep] as never;
}
