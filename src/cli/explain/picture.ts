/** What is drawn: a window over one channel of an input that is small enough, the input's elements as letters or numbers. */
import { convOutputSize, convTransposeOutputSize } from "../../ir/geometry/window.js";
import { eachPoint } from "../../ir/types/points.js";
import { elementCount } from "../../ir/types/shape.js";
import type { Cell, Cells } from "./grid-text.js";
import { outlineOf } from "./transpose-part.js";
import type { WindowDimension, WindowOp } from "./window-op.js";

/** Numbers of one channel, row by row. */
export interface Example {
  readonly values: readonly number[];
  readonly weights: readonly number[];
}

export interface Picture {
  readonly kind: WindowOp["kind"];
  readonly dimensions: readonly WindowDimension[];
  /** Whether the input was made smaller to be drawn. */
  readonly isExcerpt: boolean;
  readonly example: Example | undefined;
}

/** Wider pictures are hard to read. */
const widest = 14;
const letters = "abcdefghijklmnopqrstuvwxyz";
/** How many elements of an input show what repeats. */
const excerpt = 3;

/** The picture of an op, of a smaller input where its own is too large; undefined where nothing small enough shows it. */
export function pictureOf({ kind, dimensions }: WindowOp, example?: Example): Picture | undefined {
  if (dimensions.length > 2) return undefined;
  const own = { kind, dimensions, isExcerpt: false, example };
  if (isSmall(own)) return own;
  if (example !== undefined) return undefined;
  const smaller = dimensions.map((dimension) => smallerDimension(kind, dimension));
  const picture = { ...own, dimensions: smaller.flatMap((dimension) => dimension ?? []), isExcerpt: true };
  return picture.dimensions.length === dimensions.length && isSmall(picture) ? picture : undefined;
}

function isSmall({ dimensions, kind }: Picture): boolean {
  const elements = elementCount(dimensions.map(({ input }) => input));
  return elements <= letters.length && dimensions.every((each) => sourceSize(kind, each) <= widest);
}

/** The same window over the least input, from three elements on, that has outputs of every phase. */
function smallerDimension(kind: Picture["kind"], dimension: WindowDimension): WindowDimension | undefined {
  const { window, input } = dimension;
  const wanted = kind === "conv" ? 2 : window.stride;
  for (let size = Math.min(excerpt, input); size <= Math.min(input, widest); size++) {
    const output = outputOf(kind, { ...dimension, input: size });
    if (output >= Math.min(wanted, dimension.output)) return { ...dimension, input: size, output };
  }
  return undefined;
}

function outputOf(kind: Picture["kind"], { input, window, padding, outputPadding }: WindowDimension): number {
  const { kernel, stride, dilation } = window;
  return kind === "conv"
    ? convOutputSize(input, kernel, stride, dilation, padding)
    : convTransposeOutputSize(input, kernel, stride, dilation, padding, outputPadding);
}

/** Step between elements of the input in the source, and zeros before them. */
function spreadOf(kind: Picture["kind"], dimension: WindowDimension): { readonly step: number; readonly low: number } {
  if (kind === "conv") return { step: 1, low: dimension.padding[0] };
  return { step: dimension.window.stride, low: outlineOf(dimension)[0] };
}

/** What the kernel slides over: the padded input; for a transposed convolution with zeros between the elements as well. */
function sourceSize(kind: Picture["kind"], dimension: WindowDimension): number {
  const { input, window, padding, outputPadding } = dimension;
  if (kind === "conv") return input + padding[0] + padding[1];
  const [low, high] = outlineOf({ window, padding, outputPadding } as WindowDimension);
  return (input - 1) * window.stride + 1 + low + high;
}

/** One position of the source: the number of an element of the input, a zero between elements, or a zero around them. */
type SourcePosition = number | "between" | "around";

/** What lies at a position of the source. */
function sourceAt({ kind, dimensions }: Picture, point: readonly number[]): SourcePosition {
  let number = 0;
  let isBetween = false;
  for (const [d, dimension] of dimensions.entries()) {
    const { step, low } = spreadOf(kind, dimension);
    const at = (point[d] ?? 0) - low;
    if (at < 0 || at > (dimension.input - 1) * step) return "around";
    if (at % step !== 0) isBetween = true;
    number = number * dimension.input + Math.floor(at / step);
  }
  return isBetween ? "between" : number;
}

/** An element of the input as it is drawn. */
export function elementText({ example }: Picture, number: number): string {
  return example === undefined ? (letters[number] ?? "?") : String(example.values[number] ?? "?");
}

/** The source, with the taps of the kernel at an output position marked; nothing marked where there is none. */
export function sourceCells(picture: Picture, output?: readonly number[]): Cells {
  const { dimensions, kind } = picture;
  const marked = new Set<string>();
  if (output !== undefined) {
    eachPoint(
      dimensions.map(({ window }) => window.kernel),
      (tap) => marked.add(tapPosition(picture, output, tap).join()),
    );
  }
  return cellsOf(
    dimensions.map((dimension) => sourceSize(kind, dimension)),
    (point) => {
      const at = sourceAt(picture, point);
      const text = at === "around" ? "." : at === "between" ? "0" : elementText(picture, at);
      return { text, marked: marked.has(point.join()) };
    },
  );
}

/** Where in the source the tap of a window (counted as the kernel slides, turned round already) lies. */
function tapPosition(
  { kind, dimensions }: Picture,
  output: readonly number[],
  tap: readonly number[],
): readonly number[] {
  return dimensions.map(({ window }, d) => {
    const stride = kind === "conv" ? window.stride : 1;
    return (output[d] ?? 0) * stride + (tap[d] ?? 0) * window.dilation;
  });
}

/** A product of an output: an element of the input, and the tap of the kernel that meets it. */
export interface Term {
  readonly element: number;
  readonly tap: readonly number[];
  /** Row-major number of the tap. */
  readonly tapNumber: number;
}

/** What an output is the sum of, zeros left out. The kernel of a transposed convolution lies turned round. */
export function termsAt(picture: Picture, output: readonly number[]): readonly Term[] {
  const { dimensions, kind } = picture;
  const kernel = dimensions.map(({ window }) => window.kernel);
  const terms: Term[] = [];
  eachPoint(kernel, (slot) => {
    const element = sourceAt(picture, tapPosition(picture, output, slot));
    if (typeof element !== "number") return;
    const tap = slot.map((index, d) => (kind === "conv" ? index : (kernel[d] ?? 1) - 1 - index));
    const tapNumber = tap.reduce((total, index, d) => total * (kernel[d] ?? 1) + index, 0);
    terms.push({ element, tap, tapNumber });
  });
  return terms;
}

/** A grid of rank one or two. */
export function cellsOf(sizes: readonly number[], cellAt: (point: readonly number[]) => Cell): Cells {
  const columns = sizes.at(-1) ?? 1;
  const rows: Cell[][] = [];
  eachPoint(sizes, (point, number) => {
    if (number % columns === 0) rows.push([]);
    rows.at(-1)?.push(cellAt([...point]));
  });
  return rows;
}
