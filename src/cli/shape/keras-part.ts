/** What each value of Keras' `output_padding` gives; None is not 0. */
import { kerasTransposeSize, type KerasPadding } from "../../ir/geometry/conventions/keras.js";
import { tensorflowOutputSizes } from "../../ir/geometry/conventions/tensorflow.js";
import { numberOf } from "../../ir/geometry/linear.js";
import type { DimensionFacts, PaddingChoice } from "../../ir/geometry/solver/problem.js";
import { choiceName } from "../../ir/geometry/solver/case.js";
import type { AskedCase } from "./case-parts.js";
import { dimensionNames } from "./layout.js";
import { eachDimension, part, type Json, type Part } from "./part.js";
import type { Request } from "./request.js";

/** The row of `output_padding`, where sizes and window are known; for each padding that comes into question. */
export function kerasPart({ problem, rank, operation }: Request, cases: readonly AskedCase[]): Part {
  const named = cases.filter(({ choice, asked }) => choice.kind !== "explicit" && (asked || !problem.padding));
  if (problem.convention !== "keras" || operation.operation !== "conv_transpose") return part("output_padding", []);
  const lines = named.flatMap(({ choice }) => {
    const own = problem.dimensions.map((facts) => valueLines(facts, kerasName(choice)));
    if (own.some((texts) => texts.length === 0)) return [];
    const texts = eachDimension(dimensionNames(rank), own);
    return named.length > 1 ? texts.map((text) => `${choiceName(choice).padEnd(5)}  ${text}`) : texts;
  });
  const data = named.map(({ choice }) => problem.dimensions.map((facts) => sizesData(facts, kerasName(choice))));
  return part("output_padding", lines, lines.length === 0 ? {} : { outputPaddingSizes: data });
}

function kerasName(choice: PaddingChoice): KerasPadding {
  return choice.kind === "valid" ? "valid" : "same";
}

function valueLines(facts: DimensionFacts, padding: KerasPadding): readonly string[] {
  const sizes = sizesOf(facts, padding);
  if (!sizes) return [];
  const { none, first, last, illegal, stride, kernel } = sizes;
  const values = stride === 1 ? `0 gives ${first}` : `0 to ${stride - 1} give ${first} to ${last}`;
  const spelled = stride === 2 ? `0 gives ${first}, 1 gives ${last}` : values;
  const asked = facts.output && numberOf(facts.output);
  const wanted = asked === undefined ? [] : [askedText(asked, sizes)];
  const off = illegal
    ? [
        `pad = kernel // 2 = ${Math.floor(kernel / 2)} makes an even kernel start one too low: on ${first} the TensorFlow back end fails, the others return it`,
      ]
    : [];
  return [`None gives ${none}, ${spelled}`, ...wanted, ...off];
}

function askedText(asked: number, { none, first, stride }: Sizes): string {
  const needed = asked - first;
  if (needed >= 0 && needed < stride)
    return `${asked} takes output_padding=${needed}${asked === none ? " or None" : ""}`;
  if (asked === none)
    return `${asked} takes None: as a number it would be ${needed}, which is not below the stride ${stride}`;
  return `${asked} would take output_padding ${needed}, which is not from 0 to ${stride - 1}`;
}

interface Sizes {
  readonly none: number;
  readonly first: number;
  readonly last: number;
  /** Whether the first is a size that TensorFlow refuses. */
  readonly illegal: boolean;
  readonly stride: number;
  readonly kernel: number;
}

function sizesOf({ input, kernel, stride, dilation }: DimensionFacts, padding: KerasPadding): Sizes | undefined {
  const size = input && numberOf(input);
  if (size === undefined || kernel === undefined || stride === undefined) return undefined;
  const window = { kernel, stride, dilation };
  const first = kerasTransposeSize(size, window, padding, 0);
  const legal = tensorflowOutputSizes(size, window, padding === "same" ? "SAME" : "VALID");
  return {
    none: kerasTransposeSize(size, window, padding, undefined),
    first,
    last: first + stride - 1,
    illegal: first < legal.min,
    stride,
    kernel: dilation * (kernel - 1) + 1,
  };
}

function sizesData(facts: DimensionFacts, padding: KerasPadding): Json {
  const sizes = sizesOf(facts, padding);
  return sizes ? { none: sizes.none, from: sizes.first, to: sizes.last } : null;
}
