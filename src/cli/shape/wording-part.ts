/** The geometry that was found, in the words of the other frameworks. */
import { convTransposeWording } from "../../ir/geometry/conversion/conv-transpose-wording.js";
import { convWording } from "../../ir/geometry/conversion/conv-wording.js";
import type { Argument, Wording } from "../../ir/geometry/conversion/wording.js";
import { numberOf } from "../../ir/geometry/linear.js";
import type { Convention, DimensionFacts } from "../../ir/geometry/solver/problem.js";
import type { Spatial, TransposeDimension } from "../../ir/geometry/spatial.js";
import { part, type Json, type Part } from "./part.js";
import type { Request } from "./request.js";
import { isPooling } from "./shape-parts.js";

const conventions: readonly Convention[] = ["tensorflow", "keras", "pytorch", "onnx", "jax"];

const names: Readonly<Record<Convention, string>> = {
  tensorflow: "TensorFlow",
  keras: "Keras",
  pytorch: "PyTorch",
  onnx: "ONNX",
  jax: "JAX",
};

/** One row for each framework; JAX only for transposed convolutions, whose pads it counts differently. */
export function wordingPart(
  request: Request,
  dimensions: readonly (TransposeDimension | undefined)[],
  label: string,
  preferred: "SAME" | "VALID",
): Part {
  const spatial = spatialOf(request.problem.dimensions);
  const known = dimensions.flatMap((dimension) => (dimension ? [dimension] : []));
  if (!spatial || known.length !== request.rank) return part(label, []);
  const transposed = request.operation.operation === "conv_transpose";
  const geometry = {
    padding: known.map(({ padding }) => padding),
    outputPadding: known.map(({ outputPadding }) => outputPadding),
    output: known.map(({ output }) => output),
  };
  const wordings = conventions
    .filter((convention) => transposed || convention !== "jax")
    .map((convention) =>
      transposed
        ? convTransposeWording(spatial, geometry, convention, preferred)
        : convWording(spatial, geometry, convention, isPooling(request)),
    )
    .filter(({ kind, convention }) => kind === "exact" || !isOwnWord(request, convention));
  return part(label, wordings.map(wordingText), { wordings: wordings.map(wordingData) });
}

/** What was asked in a framework's own words needs no word of that framework. */
function isOwnWord({ problem }: Request, convention: Convention): boolean {
  return (
    problem.convention === convention && problem.dimensions.some(({ outputPadding }) => outputPadding !== undefined)
  );
}

/** `PyTorch: padding=(1, 1), output_padding=(0, 0)` */
function wordingText(wording: Wording): string {
  const name = `${names[wording.convention]}:`.padEnd(12);
  if (wording.kind === "exact")
    return name + wording.arguments.map((argument) => argumentText(wording, argument)).join(", ");
  return `${name}not representable: ${wording.reason}; instead ${wording.instead}`;
}

function argumentText({ convention }: Wording, { name, value }: Argument): string {
  if (value === null) return `${name}=None`;
  if (typeof value === "string") return name === "ceil_mode" ? `${name}=${value}` : `${name}="${value}"`;
  if (name === "output_shape") return `${name}=[N, ${value.join(", ")}, C]`;
  const items = value.map((item) => (typeof item === "number" ? `${item}` : `(${item.join(", ")})`)).join(", ");
  if (convention === "onnx" || convention === "jax" || convention === "tensorflow") return `${name}=[${items}]`;
  return value.length === 1 ? `${name}=${items}` : `${name}=(${items})`;
}

function wordingData(wording: Wording): Json {
  const { convention } = wording;
  if (wording.kind === "notRepresentable") {
    return { convention, representable: false, reason: wording.reason, instead: wording.instead };
  }
  const words = wording.arguments.map(({ name, value }): [string, Json] => [name, value]);
  return { convention, representable: true, ...Object.fromEntries(words) };
}

function spatialOf(dimensions: readonly DimensionFacts[]): Spatial | undefined {
  const input = dimensions.flatMap(({ input }) =>
    input && numberOf(input) !== undefined ? [numberOf(input) ?? 0] : [],
  );
  const kernel = dimensions.flatMap(({ kernel }) => (kernel === undefined ? [] : [kernel]));
  const strides = dimensions.flatMap(({ stride }) => (stride === undefined ? [] : [stride]));
  const rank = dimensions.length;
  if (input.length !== rank || kernel.length !== rank || strides.length !== rank) return undefined;
  return { input, kernel, strides, dilations: dimensions.map(({ dilation }) => dilation) };
}
