/**
 * `interleave`: puts the phases of a tensor together again; the inverse of slicing it with strides as steps.
 *
 *     result[p + stride · j] = phase p [j]        for every phase p, 0 ≤ p < min(stride, size) in each dimension
 *
 * Operands come in row-major order of p, and those called absent are zero. What makes a phase can write straight into the result: only the store's
 * coefficients change. That is how a transposed convolution by phases ends.
 */
import { optional, positiveIntegers, sizes } from "../attributes/kind.js";
import { axisIndex } from "../computation/affine.js";
import { accumulator, axesOf, scalarConstant, shapeName } from "../computation/build-scalar.js";
import type { Affine, Computation, Placement } from "../computation/computation.js";
import { defineOp, exact, notYet } from "../graph/define-op.js";
import type { Require } from "../graph/graph.js";
import { elementReader, elementWriter } from "../types/element-access.js";
import { eachPoint, offsetAt } from "../types/points.js";
import { elementCount, equalShapes, formatShape, rowMajorStrides, type Shape } from "../types/shape.js";
import { formatTensorType, tensor, type Tensor, type TensorType } from "../types/tensor.js";
import { computedTypes, scalarTypeOf } from "./elementwise.js";

export type InterleaveAttributes = {
  /** One stride for each dimension; 1 where there is nothing to interleave. */
  readonly strides: readonly number[];
  /** The shape of the result. */
  readonly shape: readonly number[];
  /** Numbers of the phases that are zero and no operand, ascending. */
  readonly absent: readonly number[];
};

type Labels = "C1" | "C2" | "C3" | "C4";

export const interleave = defineOp<InterleaveAttributes, Labels>({
  name: "interleave",
  summary: "Puts phases together: element j of phase p lies at p + stride · j.",
  operands: [
    {
      name: "phases",
      summary: "the phases in row-major order of p, phase p of size ⌈(size − p) / stride⌉ in each dimension",
      elementTypes: computedTypes,
      arity: "variadic",
    },
  ],
  attributes: { strides: positiveIntegers, shape: sizes, absent: optional(sizes, []) },
  constraints: {
    C1: {
      statement: "strides has one entry for each dimension of the shape",
      remedy: "give 1 for dimensions that are not interleaved, the batch and the channels included",
    },
    C2: {
      statement: "there is one operand for each phase that is not absent, and at least one",
      remedy:
        "the phases are the product of min(stride, size) over the dimensions, in row-major order; empty ones are none",
    },
    C3: {
      statement: "phase p has ⌈(size − p) / stride⌉ elements in each dimension, and all have one element type",
      remedy: "slice or pad the phase, or change the shape of the result",
    },
    C4: {
      statement: "absent names phases in ascending order",
      remedy: "phases are numbered from 0 in row-major order",
    },
  },
  inferTypes: inferInterleave,
  evaluate: (phases, attributes, [result]) => [evaluateInterleave(phases, attributes, result)],
  gradient: notYet("phase p gets the slice of the cotangent from p with the strides as steps"),
  lowering: { kind: "placement", place: placePhases, fill: fillAbsent },
  accuracy: exact,
});

/** p of every phase that has elements, in row-major order; an empty dimension has one phase, which is empty. */
export function phaseOffsets(strides: readonly number[], shape: Shape): readonly (readonly number[])[] {
  const offsets: number[][] = [];
  eachPoint(phaseCounts(strides, shape), (point) => offsets.push([...point]));
  return offsets;
}

function phaseCounts(strides: readonly number[], shape: Shape): number[] {
  return shape.map((size, d) => Math.min(strides[d], Math.max(size, 1)));
}

/** The sizes of phase `offset`. */
export function phaseShape(offset: readonly number[], strides: readonly number[], shape: Shape): Shape {
  return shape.map((size, d) => Math.ceil((size - offset[d]) / strides[d]));
}

function inferInterleave(
  phases: readonly TensorType[],
  attributes: InterleaveAttributes,
  require: Require<Labels>,
): readonly TensorType[] {
  const { strides, shape, absent } = attributes;
  const wellFormed = strides.length === shape.length;
  require("C1", wellFormed, () => ({ found: `strides [${strides.join(",")}] for shape ${formatShape(shape)}` }));
  if (!wellFormed) return [];
  const count = elementCount(phaseCounts(strides, shape));
  const counted = count - absent.length === phases.length && phases.length > 0;
  const inOrder = absent.every((phase, i) => phase < count && (i === 0 || phase > absent[i - 1]));
  require("C2", counted, () => ({ expected: `${count - absent.length} operands`, found: `${phases.length}` }));
  require("C4", inOrder, () => ({ expected: `phases below ${count}`, found: `[${absent.join(",")}]` }));
  if (!counted || !inOrder) return [];
  const { elementType } = phases[0];
  presentOffsets(attributes).forEach((offset, i) => {
    const expected = { elementType, shape: phaseShape(offset, strides, shape) };
    const found = phases[i];
    require("C3", found.elementType === elementType && equalShapes(found.shape, expected.shape), () => ({
      expected: `phase [${offset.join(",")}] to be ${formatTensorType(expected)}`,
      found: formatTensorType(found),
    }));
  });
  return [{ elementType, shape }];
}

function evaluateInterleave(phases: readonly Tensor[], attributes: InterleaveAttributes, result: TensorType): Tensor {
  const output = tensor(result.elementType, result.shape);
  const write = elementWriter(output.elementType, output.data);
  const steps = rowMajorStrides(result.shape);
  presentOffsets(attributes).forEach((offset, i) => {
    const read = elementReader(phases[i]);
    eachPoint(phases[i].shape, (point, number) => {
      const position = point.map((j, d) => offset[d] + attributes.strides[d] * j);
      write(offsetAt(position, steps), read(number));
    });
  });
  return output;
}

function presentOffsets({ strides, shape, absent }: InterleaveAttributes): readonly (readonly number[])[] {
  return phaseOffsets(strides, shape).filter((_, phase) => !absent.includes(phase));
}

function placePhases(_: readonly TensorType[], attributes: InterleaveAttributes): readonly Placement[] {
  return presentOffsets(attributes).map((offset, operand) => ({ operand, indices: phaseIndices(offset, attributes) }));
}

function fillAbsent(_: readonly TensorType[], attributes: InterleaveAttributes, result: TensorType): Computation[] {
  const { strides, shape, absent } = attributes;
  const offsets = phaseOffsets(strides, shape);
  return absent.map((phase) => ({
    name: `zeros_${shapeName(phaseShape(offsets[phase], strides, shape))}`,
    operands: [],
    result,
    axes: axesOf(phaseShape(offsets[phase], strides, shape)),
    sums: [],
    store: phaseIndices(offsets[phase], attributes),
    reduction: "sum",
    body: scalarConstant(scalarTypeOf(result), 0),
    epilogue: accumulator,
  }));
}

/** Where element j of the phase at `offset` lies, over axes j. */
function phaseIndices(offset: readonly number[], { strides }: InterleaveAttributes): readonly Affine[] {
  return strides.map((stride, d) => axisIndex(d, stride, offset[d]));
}
