/** What is wrong with a model, collected so that the user sees all of it at once. */
import { diagnostic, UnstrideError, type Details, type Diagnostic } from "../../diagnostics/error.js";
import type { Code } from "../../diagnostics/catalogue.js";

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
