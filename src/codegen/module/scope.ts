/** The names of a module: every binding of it gets its own, so that none hides another whatever the model calls things. */
import type { Program } from "../../ir/program/program.js";
import { identifier } from "../javascript/literal.js";
import type { PrintKernel } from "./options.js";
import { runtimeNames } from "./runtime-parts.js";

/** Names that the frame of a module binds. */
const frameNames = [
  "load",
  "signature",
  "createModel",
  "compute",
  "inputs",
  "outputs",
  "values",
  "options",
  "arena",
  "weights",
  "weightsText",
  "restorings",
  "filterTiles",
  "HalfArray",
  "run",
  "runInto",
];

/** What a module calls things, by index, and the kernels' texts under those names. */
export interface Scope {
  readonly taken: Set<string>;
  readonly kernels: readonly string[];
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly printed: readonly string[];
  /** Names of the runtime that the kernels call. */
  readonly helpers: readonly string[];
}

/** Prints the kernels and names everything of `program`; `more` are names the module binds besides. */
export function nameThings(program: Program, printKernel: PrintKernel, more: readonly string[] = []): Scope {
  const taken = new Set([...frameNames, ...runtimeNames(), ...more]);
  const named = program.kernels.map((kernel) => ({ ...kernel, name: identifier(kernel.name, taken) }));
  const printed = named.map((kernel) => printKernel(kernel));
  const ports = (list: readonly { readonly name: string }[]): string[] =>
    list.map(({ name }) => identifier(name, taken));
  return {
    taken,
    kernels: named.map(({ name }) => name),
    inputs: ports(program.inputs),
    outputs: ports(program.outputs),
    printed: printed.map(({ text }) => text),
    helpers: [...new Set(printed.flatMap(({ helpers }) => helpers))],
  };
}
