/** The parts that the hand-written kernels of poolings share: parameters, flat offsets and loop nests over tensors. */
import { integer, loop, sumOf, times, variable } from "../../loops/build.js";
import type { Axis } from "../../computation/computation.js";
import type { Expression, Kernel, Parameter, Statement } from "../../loops/kernel.js";
import { elementCount, type Shape } from "../../types/shape.js";
import type { TensorType } from "../../types/tensor.js";

/** A dense tensor as a kernel's parameter. */
export function tensorParameter(name: string, type: TensorType, access: Parameter["access"]): Parameter {
  return { name, elementType: type.elementType, length: elementCount(type.shape), access };
}

/** One axis for each dimension of `shape`: `d0`, `d1`, … */
export function dimensionAxes(shape: Shape, prefix = "d"): Axis[] {
  return shape.map((extent, d) => ({ name: `${prefix}${d}`, extent }));
}

/** Σ strides · positions. */
export function weightedSum(positions: readonly Expression[], strides: readonly number[]): Expression {
  return sumOf(positions.map((position, d) => times(position, integer(strides[d]))));
}

export function axisVariables(axes: readonly Axis[]): Expression[] {
  return axes.map(({ name }) => variable(name));
}

/** `body` for every point of the axes, the first outermost. */
export function nest(axes: readonly Axis[], body: readonly Statement[]): readonly Statement[] {
  return axes.reduceRight<readonly Statement[]>((inner, { name, extent }) => [loop(name, extent, inner)], body);
}

/** The kernel that runs `body` at every point, with its outermost loop of more than one step as the repeated call. */
export function kernelOver(
  name: string,
  parameters: readonly Parameter[],
  axes: readonly Axis[],
  body: readonly Statement[],
): Kernel {
  const outer = axes.findIndex(({ extent }) => extent !== 1);
  if (outer < 0) return { name, parameters, body: nest(axes, body) };
  const repeated = axes[outer];
  const others = axes.filter((_, axis) => axis !== outer);
  return { name, parameters, repeat: { variable: repeated.name, count: repeated.extent }, body: nest(others, body) };
}
