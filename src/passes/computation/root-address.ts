/**
 * Where the elements of a tensor lie that gets memory of its own: row-major and without gaps, but for images with very
 * many channels that windows are read from. There every pixel is followed by a gap of one cache line.
 *
 * A first-level cache looks for a line by the low bits of its address: what lies 4 kB apart has eight places for all of it.
 * Four windows of 3×3 pixels that are 2 or 4 kB long read eighteen lines which fetch one another out of it:
 * a depthwise convolution of 7×7×1024 takes 0.095 ms without gaps and 0.026 ms with them.
 */
import { denseAddress, type Address } from "../../ir/computation/address.js";
import type { Access, Computation } from "../../ir/computation/computation.js";
import type { ComputationModule, TensorId } from "../../ir/computation/module.js";
import { accessesOf } from "../../ir/computation/scalar.js";
import { elementTypes } from "../../ir/types/element-type.js";
import type { TensorType } from "../../ir/types/tensor.js";

/** Bytes of a cache line, and after how many of them addresses meet again, half of what they may: windows have rows, too. */
const lineBytes = 64;
const conflictBytes = 2048;

/** The address of a tensor that lies in no other. `windowed`: whether neighbouring results read overlapping parts of it. */
export function rootAddress({ shape, elementType }: TensorType, windowed: boolean): Address {
  const { bytes } = elementTypes[elementType];
  const channels = shape.at(-1) ?? 1;
  const conflicts = windowed && channels > 0 && (channels * bytes) % conflictBytes === 0;
  if (!conflicts) return denseAddress(shape);
  const { strides } = denseAddress([...shape.slice(0, -1), channels + lineBytes / bytes]);
  return { offset: 0, strides };
}

/** Tensors of which some computation reads windows. */
export function windowedTensors({ steps }: ComputationModule): ReadonlySet<TensorId> {
  const found = new Set<TensorId>();
  for (const step of steps) {
    if (step.kind !== "compute") continue;
    for (const access of accessesOf(step.computation.body)) {
      const tensor = step.operands[access.operand];
      if (tensor !== undefined && isWindow(access, step.computation)) found.add(tensor);
    }
  }
  return found;
}

/** Whether an index moves with an output axis and with a sum: `y + k`. */
function isWindow({ indices }: Access, { axes, sums }: Computation): boolean {
  if (sums.length === 0) return false;
  return indices.some((index) => {
    if (index.kind !== "affine") return false;
    const [first, last] = [index.terms[0], index.terms.at(-1)];
    return first !== undefined && last !== undefined && first.axis < axes.length && last.axis >= axes.length;
  });
}
