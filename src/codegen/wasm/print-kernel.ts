/** A kernel as one function of base addresses in bytes, one per parameter, then the repeat variable where the kernel repeats. */
import type { Kernel, ValueType } from "../../ir/loops/kernel.js";
import { eachStatement } from "../../ir/loops/walk.js";
import { Addresses } from "./addresses.js";
import { inlineFormulas } from "./inline-formulas.js";
import type { PrintContext } from "./print-expression.js";
import { blockLines } from "./print-statement.js";
import { wasmType } from "./text.js";

export interface KernelPrinting {
  /** What the function is called: letters, digits and `_`. */
  readonly name: string;
  /** Whether a product may be added without rounding it first. */
  readonly relaxed: boolean;
  /** How many calls one inference makes, repeats not counted; default 1. What works more is worth more text. */
  readonly calls?: number;
}

/** The function's text. The kernel must verify. */
export function printKernelWat(kernel: Kernel, { name, relaxed, calls = 1 }: KernelPrinting): string {
  const elementTypes = new Map(kernel.parameters.map((parameter) => [parameter.name, parameter.elementType]));
  const context: PrintContext = {
    addresses: new Addresses(kernel),
    elementTypeOf: (parameter) => elementTypes.get(parameter) ?? "f32",
    literals: literalsOf(kernel),
    relaxed,
    runs: calls * (kernel.repeat?.count ?? 1),
  };
  const names = [...elementTypes.keys(), ...(kernel.repeat === undefined ? [] : [kernel.repeat.variable])];
  const parameters = names.map((each) => ` (param $${each} i32)`);
  const locals = [...localTypes(kernel)].map(([each, type]) => `  (local $${each} ${wasmType(type)})`);
  const body = blockLines(kernel.body, "  ", context).join("\n");
  const { text, locals: vectors } = reduces(kernel) ? { text: body, locals: [] } : inlineFormulas(body);
  const more = vectors.map((each) => `  (local $${each} v128)`);
  return [`(func $${name}${parameters.join("")}`, ...locals, ...more, text, ")"].join("\n");
}

/** Whether the kernel has accumulators: then functions are its epilogue, and short text counts for more than their speed. */
function reduces({ body }: Kernel): boolean {
  let found = false;
  eachStatement(body, ({ kind }) => (found ||= kind === "var"));
  return found;
}

/** Vectors named once that hold one known number. */
function literalsOf({ body }: Kernel): ReadonlyMap<string, number> {
  const literals = new Map<string, number>();
  eachStatement(body, (statement) => {
    if (statement.kind !== "let" || statement.value.kind !== "splat") return;
    const { operand } = statement.value;
    if (operand.kind === "number") literals.set(statement.name, operand.value);
  });
  return literals;
}

function localTypes({ body }: Kernel): ReadonlyMap<string, ValueType> {
  const types = new Map<string, ValueType>();
  eachStatement(body, (statement) => {
    if (statement.kind === "for") types.set(statement.variable, "i32");
    else if (statement.kind === "let" || statement.kind === "var") types.set(statement.name, statement.value.type);
  });
  return types;
}
