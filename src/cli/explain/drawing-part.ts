/**
 * Drawings of small windows: the input with its zeros, the kernel's first positions over it with the sums they make, and for a
 * transposed convolution which taps of the kernel make which outputs.
 */
import { elementCount } from "../../ir/types/shape.js";
import { eachPoint } from "../../ir/types/points.js";
import { part, type Part } from "../shape/part.js";
import { gridLines, sideBySide, type Block } from "./grid-text.js";
import { phaseLetter, phasesOf } from "./phase-part.js";
import { cellsOf, elementText, sourceCells, termsAt, type Picture } from "./picture.js";

const widestLine = 120;
/** Longer sums are cut. */
const mostTerms = 4;
const mostFrames = 4;

/** `rank`: number of spatial dimensions. */
export function drawingPart(picture: Picture | undefined, rank: number): Part {
  if (picture === undefined)
    return part("drawing", [rank > 2 ? "none: a page has two dimensions" : "too large to draw"]);
  const { dimensions, isExcerpt, kind } = picture;
  const sizes = dimensions.map(({ input }) => input).join("x");
  const of = isExcerpt ? `of an input of ${sizes}, which shows what repeats: ` : "";
  return part("drawing", [
    `${of}${legend(picture)}; the kernel in brackets`,
    "",
    ...sideBySide(frames(picture), widestLine),
    "",
    ...(kind === "conv_transpose"
      ? ["outputs, and the taps of the kernel that make them:", "", ...tapDrawing(picture), ""]
      : []),
  ]);
}

function legend({ kind, example, dimensions }: Picture): string {
  const name = example === undefined ? "the input (a, b, …)" : "the input";
  const isSpread = kind === "conv_transpose" && dimensions.some(({ window, input }) => window.stride > 1 && input > 1);
  return `${name} with zeros ${isSpread ? "between (0) and " : ""}around (.)`;
}

/** The kernel at its first positions: one for each phase, or the first ones of a convolution. */
function frames(picture: Picture): readonly Block[] {
  return firstOutputs(picture).map((output) => ({
    heading: sumText(picture, output),
    lines: gridLines(sourceCells(picture, output)),
  }));
}

function firstOutputs({ kind, dimensions }: Picture): readonly (readonly number[])[] {
  const sizes = dimensions.map(({ output, window }) => Math.min(output, kind === "conv" ? 2 : window.stride));
  const points: number[][] = [];
  eachPoint(sizes, (point) => points.length < mostFrames && points.push([...point]));
  return points;
}

/** `y[0,1] = a*w[0,1] + b*w[0,0]`, zeros left out; with an example the numbers and their sum. */
function sumText(picture: Picture, output: readonly number[]): string {
  const { example } = picture;
  const terms = termsAt(picture, output);
  const texts = terms.map(({ element, tap, tapNumber }) => {
    const weight = example?.weights[tapNumber] ?? `w[${tap.join(",")}]`;
    return `${elementText(picture, element)}*${weight}`;
  });
  const shown = texts.length > mostTerms ? [...texts.slice(0, mostTerms), "…"] : texts;
  const products = terms.map(
    ({ element, tapNumber }) => (example?.values[element] ?? 0) * (example?.weights[tapNumber] ?? 0),
  );
  const total =
    example === undefined || terms.length === 0 ? "" : ` = ${products.reduce((sum, each) => sum + each, 0)}`;
  return `y[${output.join(",")}] = ${terms.length === 0 ? "0" : shown.join(" + ")}${total}`;
}

/** Outputs and taps with the letters of their phases: those of one letter belong together. */
function tapDrawing({ dimensions }: Picture): readonly string[] {
  const phases = dimensions.map(phasesOf);
  const counts = phases.map(({ length }) => length);
  if (elementCount(counts) > 26) return ["more phases than letters"];
  const letterOf = (point: readonly number[]): string =>
    phaseLetter(point.reduce((number, index, d) => number * (counts[d] ?? 1) + index, 0));
  const outputs = cellsOf(
    dimensions.map(({ output }) => output),
    (point) => ({ text: letterOf(point.map((index, d) => index % (counts[d] ?? 1))) }),
  );
  const phaseOfTap = (tap: number, d: number): number =>
    (phases[d] ?? []).findIndex(({ taps }) => taps.some((own) => own.tap === tap));
  const taps = cellsOf(
    dimensions.map(({ window }) => window.kernel),
    (point) => {
      const own = point.map(phaseOfTap);
      return { text: own.includes(-1) ? "-" : letterOf(own) };
    },
  );
  const blocks = [
    { heading: "outputs", lines: gridLines(outputs) },
    { heading: "kernel", lines: gridLines(taps) },
  ];
  return sideBySide(blocks, widestLine);
}
