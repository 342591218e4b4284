/** Puts an answer together: what was asked first, then each padding, then what is worth knowing beside it. */
import { choiceName, solveCase, type Case } from "../../ir/geometry/solver/case.js";
import { solveFreePadding } from "../../ir/geometry/solver/free-padding.js";
import { casePart, casesData, relevantCases, type AskedCase } from "./case-parts.js";
import { differencesPart } from "./differences-part.js";
import { freeData, freeLines } from "./free-lines.js";
import { gradientPart } from "./gradient-part.js";
import { kerasPart } from "./keras-part.js";
import { dimensionNames } from "./layout.js";
import { leadPart } from "./lead-part.js";
import { overlapPart } from "./overlap-part.js";
import { eachDimension, joinParts, part, type Part } from "./part.js";
import { checkOutputPadding, groupsPart, misreadingPart } from "./premise-part.js";
import type { Request } from "./request.js";
import { filterPart, isPooling } from "./shape-parts.js";
import { wordingPart } from "./wording-part.js";

/** The whole answer to one question. */
export function answerRequest(asked: Request): Part {
  const { request, part: refusal } = checkOutputPadding(asked);
  const cases = relevantCases(request);
  const main = cases.find(({ possible }) => possible) ?? cases[0] ?? unpadded(request);
  const lead = hasSizes(request) ? leadPart(request, cases) : part("", []);
  const gradient = request.gradient ? gradientPart(request, main) : part("", []);
  return joinParts([
    part("", [], { operation: asked.operation.name, convention: request.problem.convention }),
    refusal,
    groupsPart(request),
    ...(request.gradient ? [gradient] : [lead]),
    filterPart(request),
    ...spatialParts(request, cases),
    misreadingPart(request, cases),
    kerasPart(request, cases),
    overlapPart(request),
    wordingsOf(request, cases),
    differencesPart(request, cases),
    assumedPart(request),
  ]);
}

/** Stands in where the padding is open and only shapes are told. */
function unpadded({ problem }: Request): Case {
  return solveCase(problem, { kind: "explicit", padding: problem.dimensions.map(() => [0, 0]) });
}

/** Whether sizes were part of the question at all. */
function hasSizes(request: Request): boolean {
  return isPooling(request) || request.problem.dimensions.some(({ input, output }) => input ?? output);
}

function spatialParts(request: Request, cases: readonly AskedCase[]): readonly Part[] {
  if (!hasSizes(request)) return [];
  if (cases.length > 0) {
    return [...cases.map((solved) => casePart(request, solved)), part("", [], { cases: casesData(request, cases) })];
  }
  const free = solveFreePadding(request.problem);
  const lines = free.map((dimension) => freeLines(request.problem, dimension));
  return [part("padding", eachDimension(dimensionNames(request.rank), lines), { paddings: freeData(free) })];
}

/** The first geometry that is possible and fully known, in everybody's words. */
function wordingsOf(request: Request, cases: readonly AskedCase[]): Part {
  const found = cases.filter(({ possible, dimensions }) => possible && dimensions.every(({ geometry }) => geometry));
  const [first] = found;
  if (first) {
    const label = found.length > 1 ? `${choiceName(first.choice)} is` : "in words of";
    const preferred = first.choice.kind === "same" ? "SAME" : "VALID";
    return wordingPart(
      request,
      first.dimensions.map(({ geometry }) => geometry),
      label,
      preferred,
    );
  }
  if (cases.length > 0) return part("", []);
  const free = solveFreePadding(request.problem);
  return wordingPart(
    request,
    free.map(({ settings: [setting], facts }) =>
      setting && facts.output ? { ...setting, output: facts.output.constant } : undefined,
    ),
    "in words of",
    "SAME",
  );
}

function assumedPart({ assumed, problem }: Request): Part {
  const unique = [...new Set(assumed)];
  const name = problem.padding ? choiceName(problem.padding) : "";
  return part("assumed", unique.length === 0 ? [] : [unique.join(", ")], {
    assumed: unique,
    padding: name === "" ? null : name,
  });
}
