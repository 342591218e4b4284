/** The paddings of an answer: one row for each that was asked for or comes into question. */
import type { Case } from "../../ir/geometry/solver/case.js";
import { choiceName, isTransposed, solveCase } from "../../ir/geometry/solver/case.js";
import { namesPadding, type Convention, type PaddingChoice } from "../../ir/geometry/solver/problem.js";
import { convLines } from "./conv-lines.js";
import { dimensionNames } from "./layout.js";
import { candidatesData, eachDimension, part, sizeData, type Json, type Part } from "./part.js";
import type { Request } from "./request.js";
import { inputShape, outputData, outputShape } from "./shape-parts.js";
import { transposeLines } from "./transpose-lines.js";

/** A case and whether its padding was asked for. */
export interface AskedCase extends Case {
  readonly asked: boolean;
}

/**
 * The paddings to speak of: the one asked for, with SAME or VALID beside it where that one is impossible; without any,
 * SAME and VALID. Empty where the padding is to be solved for.
 */
export function relevantCases({ problem }: Request): readonly AskedCase[] {
  const named = namedChoices(problem.convention);
  if (!problem.padding) {
    if (!namesPadding(problem.convention)) return [];
    return named.map((choice) => ({ ...solveCase(problem, choice), asked: false }));
  }
  const asked = { ...solveCase(problem, problem.padding), asked: true };
  const contrasts = !asked.possible && namesPadding(problem.convention);
  const others = named.filter(({ kind }) => contrasts && kind !== asked.choice.kind);
  return [asked, ...others.map((choice) => ({ ...solveCase(problem, choice), asked: false }))];
}

/** SAME and VALID, the convention's default first: Keras' layers are valid, tf.nn.conv2d_transpose is SAME. */
function namedChoices(convention: Convention): readonly PaddingChoice[] {
  const same: PaddingChoice = { kind: "same", oddEnd: "high" };
  const valid: PaddingChoice = { kind: "valid" };
  return convention === "keras" ? [valid, same] : [same, valid];
}

/** The row of one case, its data under `cases`. */
export function casePart(request: Request, solved: AskedCase): Part {
  const { problem, rank } = request;
  const describe = isTransposed(problem) ? transposeLines : convLines;
  const lines = eachDimension(
    dimensionNames(rank),
    problem.dimensions.map((_, i) => describe(problem, solved, i)),
  );
  const label = choiceName(solved.choice).replace(/^padding/, problem.convention === "jax" ? "crop" : "padding");
  return part(label, [...shapeLine(request, solved), ...lines]);
}

/** All cases as data. */
export function casesData(request: Request, cases: readonly AskedCase[]): Json {
  return cases.map((solved) => ({
    padding: choiceName(solved.choice),
    possible: solved.possible,
    ...(solved.possible ? { outputShape: outputData(request, solved) } : {}),
    dimensions: solved.dimensions.map(({ facts, answer, total, geometry }) => ({
      input: candidatesData(answer.input),
      output: candidatesData(answer.output),
      kernel: candidatesData(answer.kernel),
      stride: candidatesData(answer.stride),
      forward: answer.forward ? candidatesData(answer.forward) : null,
      totalPadding: sizeData(total),
      padding: geometry?.padding ?? null,
      outputPadding: geometry?.outputPadding ?? facts.outputPadding ?? null,
    })),
  }));
}

/** The tensor that is missing; under the padding asked for it leads the whole answer instead. */
function shapeLine(request: Request, solved: AskedCase): readonly string[] {
  const { dimensions } = request.problem;
  if (!solved.possible || solved.asked) return [];
  if (dimensions.some(({ output }) => !output)) return [`output ${outputShape(request, solved)}`];
  return dimensions.some(({ input }) => !input) ? [`input ${inputShape(request, solved)}`] : [];
}
