/** A convolution or pooling in the words of TensorFlow, Keras, PyTorch, ONNX and JAX. */
import { sameConv } from "../explicit.js";
import type { Convention } from "../solver/problem.js";
import type { ConvGeometry, Spatial } from "../spatial.js";
import { convOutputSize, effectiveKernel, poolOutputSize, type Padding } from "../window.js";
import { printPairs, wordingDimensions, type Wording, type WordingDimension } from "./wording.js";

/** Says a convolution (or, with `pooling`, a pooling) in a convention's words. */
export function convWording(
  spatial: Spatial,
  geometry: ConvGeometry,
  convention: Convention,
  pooling = false,
): Wording {
  const dimensions = wordingDimensions(spatial, geometry.padding, [], geometry.output);
  switch (convention) {
    case "tensorflow":
    case "keras":
    case "jax":
      return namedWording(dimensions, convention, pooling);
    case "pytorch":
      return pytorchWording(dimensions, pooling);
    case "onnx":
      return onnxWording(dimensions);
  }
}

function namedWording(
  dimensions: readonly WordingDimension[],
  convention: "tensorflow" | "keras" | "jax",
  pooling: boolean,
): Wording {
  for (const name of ["SAME", "VALID"] as const) {
    if (!dimensions.every((dimension) => isNamed(dimension, name))) continue;
    const value = convention === "keras" ? name.toLowerCase() : name;
    return { kind: "exact", convention, arguments: [{ name: "padding", value }] };
  }
  const pairs = readPairs(dimensions);
  if (!pooling && convention === "jax")
    return { kind: "exact", convention, arguments: [{ name: "padding", value: pairs }] };
  if (!pooling && convention === "tensorflow" && dimensions.length === 2) {
    return { kind: "exact", convention, arguments: [{ name: "padding", value: [[0, 0], ...pairs, [0, 0]] }] };
  }
  return {
    kind: "notRepresentable",
    convention,
    reason: whyNotSame(dimensions),
    instead: `pad by ${printPairs(pairs)} first${pooling ? " (with -infinity for a maximum)" : ""}, then VALID`,
  };
}

function pytorchWording(dimensions: readonly WordingDimension[], pooling: boolean): Wording {
  for (const ceilMode of pooling ? [false, true] : [false]) {
    if (!dimensions.every((dimension) => isSymmetric(dimension, pooling, ceilMode))) continue;
    const words = [{ name: "padding", value: dimensions.map(({ low }) => low) }];
    const ceiling = ceilMode ? [{ name: "ceil_mode", value: "True" }] : [];
    return { kind: "exact", convention: "pytorch", arguments: [...words, ...ceiling] };
  }
  const pairs = printPairs(readPairs(dimensions));
  return {
    kind: "notRepresentable",
    convention: "pytorch",
    reason: `padding is the same at both ends, but ${pairs} is needed`,
    instead: `torch.nn.functional.pad by ${pairs}, then padding=0`,
  };
}

function onnxWording(dimensions: readonly WordingDimension[]): Wording {
  if (dimensions.every(({ low, high }) => low >= 0 && high >= 0)) {
    const pads = [...dimensions.map(({ low }) => low), ...dimensions.map(({ high }) => high)];
    return { kind: "exact", convention: "onnx", arguments: [{ name: "pads", value: pads }] };
  }
  return {
    kind: "notRepresentable",
    convention: "onnx",
    reason: "pads are never negative",
    instead: "a Slice node before it",
  };
}

/** Low and high zeros that windows really read; unread ones at the high end do not matter. */
function readPairs(dimensions: readonly WordingDimension[]): readonly Padding[] {
  return dimensions.map(({ low, high }): Padding => [low, high]);
}

function isNamed({ input, window, low, output }: WordingDimension, name: "SAME" | "VALID"): boolean {
  if (name === "SAME") {
    const same = sameConv(input, window, "high");
    return same.output === output && same.padding[0] === low;
  }
  return low === 0 && convOutputSize(input, window.kernel, window.stride, window.dilation, [0, 0]) === output;
}

function isSymmetric({ input, window, low, output }: WordingDimension, pooling: boolean, ceilMode: boolean): boolean {
  if (low < 0 || (pooling && low > Math.floor(effectiveKernel(window.kernel, window.dilation) / 2))) return false;
  return poolOutputSize(input, window.kernel, window.stride, window.dilation, [low, low], ceilMode) === output;
}

function whyNotSame(dimensions: readonly WordingDimension[]): string {
  const same = dimensions.map(({ input, window }) => sameConv(input, window, "high"));
  const pairs = printPairs(same.map(({ padding }) => padding));
  const equal = same.every(({ output }, i) => output === dimensions[i]?.output);
  return equal
    ? `SAME pads ${pairs} here: equal shapes, shifted values`
    : `SAME gives ${same.map(({ output }) => output).join(" x ")} here`;
}
