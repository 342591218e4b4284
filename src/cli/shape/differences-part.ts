/** Where the frameworks disagree about this very question: the convention asked for decides, and the answer says so. */
import { numberOf } from "../../ir/geometry/linear.js";
import { isTransposed, type Case, type CaseDimension } from "../../ir/geometry/solver/case.js";
import type { DimensionFacts, Problem } from "../../ir/geometry/solver/problem.js";
import { part, type Part } from "./part.js";
import type { Request } from "./request.js";

/** One disagreement that was seen by running current versions. */
interface Difference {
  readonly applies: (problem: Problem, solved: Case) => boolean;
  readonly text: string;
}

const differences: readonly Difference[] = [
  {
    applies: (problem, { choice, possible }) =>
      isTransposed(problem) && problem.convention === "tensorflow" && !possible && choice.kind !== "explicit",
    text: "what is refused here is an error in TensorFlow; TensorFlow.js does not check output_shape and returns numbers, possibly NaN",
  },
  {
    applies: (problem, { choice }) =>
      isTransposed(problem) &&
      choice.kind === "same" &&
      problem.convention === "onnx" &&
      problem.dimensions.some(shorter),
    text: "kernel below the stride under SAME: the ONNX text and TensorFlow give input * stride, onnxruntime and shape inference less",
  },
  {
    applies: (problem, { choice }) =>
      isTransposed(problem) && choice.kind !== "same" && !hasOutput(problem) && problem.dimensions.some(shorter),
    text: "kernel below the stride without padding: Keras and JAX give input * stride, PyTorch and ONNX (input - 1) * stride + kernel",
  },
  {
    applies: (problem, { choice }) =>
      isTransposed(problem) &&
      choice.kind === "same" &&
      problem.convention === "onnx" &&
      problem.dimensions.some(({ outputPadding = 0 }) => outputPadding > 0),
    text: "SAME with output_padding: shape inference adds the output padding, the run times keep input * stride, as here",
  },
  {
    applies: (problem, { choice }) =>
      problem.convention === "keras" && choice.kind === "same" && problem.dimensions.some(startsTooLow),
    text: "output_padding 0 with an even kernel: Keras' PyTorch and JAX back ends return this size, its TensorFlow back end raises an error",
  },
  {
    applies: (problem, { choice, dimensions }) =>
      isTransposed(problem) &&
      choice.kind === "same" &&
      choice.oddEnd === "high" &&
      dimensions.some(({ geometry }) => geometry && (geometry.padding[0] + geometry.padding[1]) % 2 === 1),
    text: "an odd crop: TensorFlow and SAME_UPPER cut the odd one at the end; PyTorch's padding with output_padding 1 and ONNX' output_shape without auto_pad at the start, so equal shapes hold values shifted by one",
  },
  {
    applies: (problem, { choice, dimensions }) =>
      !isTransposed(problem) &&
      choice.kind === "same" &&
      problem.dimensions.some(({ stride = 1 }) => stride > 1) &&
      dimensions.some(({ geometry }) => geometry && geometry.padding[0] !== geometry.padding[1]),
    text: "odd pads: SAME pads more at the end, PyTorch's padding is the same at both ends: equal shapes, shifted values",
  },
  {
    applies: (problem, { choice }) =>
      problem.operation === "max_pool" &&
      choice.kind === "same" &&
      problem.dimensions.some(({ dilation }) => dilation > 1),
    text: "SAME with dilation: pads are those of the dilated kernel; onnxruntime forgets the dilation",
  },
  {
    applies: (problem, { dimensions }) => problem.operation === "avg_pool" && dimensions.some(isPadded),
    text: "averages beside the border: TensorFlow, Keras and (by default) ONNX divide by the positions that are real, PyTorch by all of them unless count_include_pad=False",
  },
  {
    applies: (problem, { choice }) =>
      isTransposed(problem) && problem.convention === "jax" && choice.kind === "explicit",
    text: "JAX pads the dilated input, so its padding is kernel - 1 - crop; everybody else's padding is the crop itself",
  },
];

/** Padding that an average could count or not. */
function isPadded({ geometry }: CaseDimension): boolean {
  return geometry !== undefined && (geometry.padding[0] > 0 || geometry.padding[1] > 0);
}

/** What the frameworks do differently under the cases that were answered. */
export function differencesPart({ problem }: Request, cases: readonly Case[]): Part {
  const texts = differences
    .filter(({ applies }) => cases.some((solved) => applies(problem, solved)))
    .map(({ text }) => text);
  return part("differs", texts, { differences: texts });
}

/** Keras' smallest size of an even kernel is one that no convolution maps back. */
function startsTooLow({ kernel = 1, dilation, outputPadding }: DimensionFacts): boolean {
  return outputPadding === 0 && (dilation * (kernel - 1) + 1) % 2 === 0;
}

function shorter({ kernel, stride, dilation, input }: DimensionFacts): boolean {
  if (input && numberOf(input) === 1) return false;
  return kernel !== undefined && stride !== undefined && dilation * (kernel - 1) + 1 < stride;
}

function hasOutput({ dimensions }: Problem): boolean {
  return dimensions.some(({ output }) => output !== undefined);
}
