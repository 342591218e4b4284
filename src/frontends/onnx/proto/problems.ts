/**
 * What is wrong with a model, collected so that the user sees all of it at once; and the way to quote a model's own strings in a
 * message: short, on one line, and without anything a terminal would act on.
 */
import { diagnostic, UnstrideError, type Details, type Diagnostic } from "../../../diagnostics/error.js";
import type { Code } from "../../../diagnostics/catalogue.js";

/** A message with more is read by nobody, and costs memory that a hostile file should not get. */
const maximumProblems = 100;

export class Problems {
  private readonly found: Diagnostic[] = [];

  /** Records a problem; throws at once when there are very many. */
  add(code: Code, details: Details): void {
    this.found.push(diagnostic(code, details));
    if (this.found.length >= maximumProblems) this.throwIfAny();
  }

  /** Throws `UnstrideError` with everything recorded. */
  throwIfAny(): void {
    if (this.found.length > 0) throw new UnstrideError(this.found);
  }
}

const longestQuote = 120;

/** `text` cut to a length a message can bear. */
export function shortened(text: string): string {
  return text.length <= longestQuote ? text : `${text.slice(0, longestQuote)}…`;
}

/** C1 controls, separators and the marks that turn the direction of writing: JSON lets them through, terminals act on them. */
const unprintable = /[\u007f-\u009f\u2028-\u202e\u2066-\u2069]/g;

/** A string of the model in quotation marks. */
export function quoted(text: string): string {
  const escape = (mark: string): string => `\\u${mark.charCodeAt(0).toString(16).padStart(4, "0")}`;
  return JSON.stringify(shortened(text)).replace(unprintable, escape);
}
