/** A transposed convolution in the words of TensorFlow, Keras, PyTorch, ONNX and JAX. */
import { jaxCrop } from "../conventions/jax.js";
import { kerasTransposeSize, type KerasPadding } from "../conventions/keras.js";
import { tensorflowOutputSizes } from "../conventions/tensorflow.js";
import { convTransposeTo } from "../explicit.js";
import type { Convention } from "../solver/problem.js";
import type { ConvTransposeGeometry, Spatial } from "../spatial.js";
import type { Padding } from "../window.js";
import { printPairs, wordingDimensions, type Argument, type Wording, type WordingDimension } from "./wording.js";

/**
 * Says a transposed convolution in a convention's words. The geometry should come from one of the conventions or be legal;
 * where SAME and VALID both say it, `preferred` is taken.
 */
export function convTransposeWording(
  spatial: Spatial,
  geometry: ConvTransposeGeometry,
  convention: Convention,
  preferred: "SAME" | "VALID" = "SAME",
): Wording {
  const dimensions = wordingDimensions(spatial, geometry.padding, geometry.outputPadding, geometry.output);
  const names = preferred === "SAME" ? sameFirst : validFirst;
  const rows: Readonly<Record<Convention, () => Wording>> = {
    tensorflow: () => tensorflowWording(dimensions, names),
    keras: () => kerasWording(dimensions, names),
    pytorch: () => pytorchWording(dimensions),
    onnx: () => onnxWording(dimensions),
    jax: () => jaxWording(dimensions),
  };
  return rows[convention]();
}

const sameFirst = ["SAME", "VALID"] as const;
const validFirst = ["VALID", "SAME"] as const;

function tensorflowWording(dimensions: readonly WordingDimension[], names: readonly ("SAME" | "VALID")[]): Wording {
  const shape: Argument = { name: "output_shape", value: dimensions.map(({ output }) => output) };
  for (const name of names) {
    if (!dimensions.every((dimension) => isNamed(dimension, name))) continue;
    return { kind: "exact", convention: "tensorflow", arguments: [{ name: "padding", value: name }, shape] };
  }
  const explicit = explicitPairs(dimensions);
  if (dimensions.length === 2 && explicit) {
    const value: Padding[] = [[0, 0], ...explicit, [0, 0]];
    return { kind: "exact", convention: "tensorflow", arguments: [{ name: "padding", value }, shape] };
  }
  return {
    kind: "notRepresentable",
    convention: "tensorflow",
    reason: whyNotSame(dimensions),
    instead: validAndSlice(dimensions),
  };
}

function kerasWording(dimensions: readonly WordingDimension[], names: readonly ("SAME" | "VALID")[]): Wording {
  for (const known of names) {
    const name = known === "SAME" ? "same" : "valid";
    if (!dimensions.every((dimension) => isNamed(dimension, known))) continue;
    const outputPadding = kerasOutputPadding(dimensions, name);
    if (outputPadding === undefined) continue;
    const words = [
      { name: "padding", value: name },
      { name: "output_padding", value: outputPadding },
    ];
    return { kind: "exact", convention: "keras", arguments: words };
  }
  const reason = dimensions.every((dimension) => isNamed(dimension, "SAME"))
    ? "no output_padding gives these sizes: None stands for all dimensions, and as a number it starts one too low for an even kernel"
    : whyNotSame(dimensions);
  return { kind: "notRepresentable", convention: "keras", reason, instead: validAndSlice(dimensions) };
}

/** None where that gives every size, numbers below the strides where they do, undefined where neither does. */
function kerasOutputPadding(dimensions: readonly WordingDimension[], padding: KerasPadding) {
  const sizeWith = ({ input, window }: WordingDimension, value: number | undefined) =>
    kerasTransposeSize(input, window, padding, value);
  if (dimensions.every((dimension) => sizeWith(dimension, undefined) === dimension.output)) return null;
  const values = dimensions.map((dimension) => dimension.output - sizeWith(dimension, 0));
  const legal = values.every((value, i) => value >= 0 && value < (dimensions[i]?.window.stride ?? 1));
  return legal ? values : undefined;
}

function pytorchWording(dimensions: readonly WordingDimension[]): Wording {
  const extra = dimensions.map(({ low, high }) => low - high);
  if (dimensions.every(({ low, window }, i) => low >= 0 && isOutputPadding(extra[i] ?? 0, window))) {
    return {
      kind: "exact",
      convention: "pytorch",
      arguments: [
        { name: "padding", value: dimensions.map(({ low }) => low) },
        { name: "output_padding", value: extra },
      ],
    };
  }
  const reason = `padding crops both ends alike and output_padding only adds at the high end, but ${crops(dimensions)} is needed`;
  return { kind: "notRepresentable", convention: "pytorch", reason, instead: pytorchInstead(dimensions) };
}

/** The most that can be cropped at both ends, then the rest by slicing. */
function pytorchInstead(dimensions: readonly WordingDimension[]): string {
  const pads = dimensions.map(({ low, high }) => Math.max(0, Math.min(low, high)));
  const rest = dimensions.map(({ low, high }, i): Padding => [
    low - (pads[i] ?? 0),
    Math.max(0, high - (pads[i] ?? 0)),
  ]);
  const shifted = dimensions.every(({ low, high }) => high - low === 1)
    ? `; padding=${dimensions[0]?.high}, output_padding=1 has the same shape but crops ${dimensions[0]?.high}:${dimensions[0]?.low}, shifted by one`
    : "";
  const padding = pads.length === 1 ? `${pads[0]}` : `(${pads.join(", ")})`;
  return `padding=${padding}, then cut ${printPairs(rest)} off the ends${shifted}`;
}

function onnxWording(dimensions: readonly WordingDimension[]): Wording {
  const extra = dimensions.map(({ high }) => Math.max(0, -high));
  if (dimensions.every(({ low, window }, i) => low >= 0 && isOutputPadding(extra[i] ?? 0, window))) {
    const pads = [...dimensions.map(({ low }) => low), ...dimensions.map(({ high }) => Math.max(0, high))];
    const words: Argument[] = [{ name: "pads", value: pads }];
    if (extra.some((value) => value > 0)) words.push({ name: "output_padding", value: extra });
    return { kind: "exact", convention: "onnx", arguments: words };
  }
  const reason = `pads are never negative and output_padding only adds at the high end, but ${crops(dimensions)} is needed`;
  return { kind: "notRepresentable", convention: "onnx", reason, instead: "a Pad node after the ConvTranspose" };
}

function jaxWording(dimensions: readonly WordingDimension[]): Wording {
  const pairs = dimensions.map(({ window, low, high }) => jaxCrop(window, [low, high]));
  return { kind: "exact", convention: "jax", arguments: [{ name: "padding", value: pairs }] };
}

/** Whether SAME or VALID admits the output and crops it so. */
function isNamed({ input, window, low, output }: WordingDimension, name: "SAME" | "VALID"): boolean {
  const { min, max } = tensorflowOutputSizes(input, window, name);
  if (output < min || output > max) return false;
  return low === (name === "VALID" ? 0 : convTransposeTo(output, input, window, "high").padding[0]);
}

/** TensorFlow's explicit padding: that of the forward convolution, never negative. */
function explicitPairs(dimensions: readonly WordingDimension[]): readonly Padding[] | undefined {
  const legal = dimensions.every(({ low, high, window }) => low >= 0 && -high < window.stride);
  return legal ? dimensions.map(({ low, high }): Padding => [low, Math.max(0, high)]) : undefined;
}

function isOutputPadding(value: number, { stride, dilation }: WordingDimension["window"]): boolean {
  return value >= 0 && value < Math.max(stride, dilation);
}

function whyNotSame(dimensions: readonly WordingDimension[]): string {
  const legal = dimensions.every(({ input, window, output }) => {
    const { min, max } = tensorflowOutputSizes(input, window, "SAME");
    return output >= min && output <= max;
  });
  if (!legal) return "neither SAME nor VALID admits this output size";
  const same = dimensions.map(({ input, window, output }) => convTransposeTo(output, input, window, "high").padding);
  return `SAME crops ${printPairs(same)} here and VALID nothing, but ${crops(dimensions)} is needed: equal shapes, shifted values`;
}

function validAndSlice(dimensions: readonly WordingDimension[]): string {
  const sizes = dimensions.map(({ low, output }) => low + output);
  const full = dimensions.map(({ input, window }, i) => {
    const least = tensorflowOutputSizes(input, window, "VALID").min;
    return Math.max(least, sizes[i] ?? 0);
  });
  const slices = dimensions.map(({ low }, i) => `${low}:${sizes[i]}`);
  return `VALID, whose output is ${full.join(" x ")}, then the slice [${slices.join(", ")}]`;
}

function crops(dimensions: readonly WordingDimension[]): string {
  return `a crop of ${printPairs(dimensions.map(({ low, high }): Padding => [low, high]))}`;
}
