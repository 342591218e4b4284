/**
 * What a pass is: a named function from one form of a program to the same form, with the conditions it asks for and promises.
 * Conditions are values with a checker, so that the runner can hold a pass to its word.
 */
import type { SourceLocation } from "../../diagnostics/location.js";
import type { Target } from "../../ir/target.js";

/** A named condition on a program: `no-conv-transpose`. */
export interface Property<Ir> {
  readonly name: string;
  /** The first thing that breaks the condition, in words, or undefined where it holds. */
  violation(ir: Ir): string | undefined;
}

/** A decision worth telling: which algorithm was taken, what was left alone, and why. */
export interface Remark {
  readonly pass: string;
  readonly at: SourceLocation;
  readonly text: string;
}

/** What a pass may know beside the program. */
export interface PassContext {
  readonly target: Target;
  /** Collects remarks, in order; `explain` shows them. Absent where nobody listens. */
  remark?(remark: Remark): void;
}

/**
 * A function from a program to a program of the same meaning.
 * Deterministic; returns the very same object where it changes nothing.
 */
export interface Pass<Ir> {
  /** The name of its file. */
  readonly name: string;
  /** Why it exists, in one line. */
  readonly why: string;
  /** Checked before it runs. */
  readonly needs?: readonly Property<Ir>[];
  /** Checked after it ran. */
  readonly gives?: readonly Property<Ir>[];
  run(ir: Ir, context: PassContext): Ir;
}
