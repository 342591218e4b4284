/**
 * A kernel as one JavaScript function of (typed array, base offset) pairs, one pair per parameter,
 * followed by the repeat variable where the kernel repeats.
 */
import type { Kernel } from "../../ir/loops/kernel.js";
import { eachStatement } from "../../ir/loops/walk.js";
import { addBaseOffsets } from "./base-offsets.js";
import { helpers, helpersIn, type Helper } from "./helpers.js";
import { identifier } from "./literal.js";
import type { Names } from "./print-expression.js";
import { blockLines } from "./print-statement.js";

/**
 * The function's text. It refers to nothing outside but `Math`, `Number`, `BigInt` and what `helpersIn` finds in it.
 * The kernel must verify and its name must be a valid identifier, which is kept.
 */
export function printKernel(kernel: Kernel): string {
  const taken = new Set<string>([...helpers, kernel.name]);
  const renamed = new Map(boundNames(kernel).map((name) => [name, identifier(name, taken)]));
  const bases = new Map(kernel.parameters.map(({ name }) => [name, identifier(`${name}Base`, taken)]));
  const elementTypes = new Map(kernel.parameters.map(({ name, elementType }) => [name, elementType]));
  const names: Names = {
    of: (name) => renamed.get(name) ?? name,
    elementTypeOf: (parameter) => elementTypes.get(parameter) ?? "f32",
    fence: identifier("z", taken),
  };
  const baseOf = (parameter: string): string => bases.get(parameter) ?? parameter;
  const parameters = kernel.parameters.flatMap(({ name }) => [names.of(name), baseOf(name)]);
  if (kernel.repeat !== undefined) parameters.push(names.of(kernel.repeat.variable));
  const head = `function ${kernel.name}(${parameters.join(", ")}) {`;
  const lines = blockLines(addBaseOffsets(kernel, baseOf).body, "  ", names);
  return [head, ...(isFenced(kernel) ? [`  const ${names.fence} = fence;`] : []), ...lines, "}"].join("\n");
}

/** The text, and the helpers it calls. */
export function printKernelWithHelpers(kernel: Kernel): { readonly text: string; readonly helpers: readonly Helper[] } {
  const text = printKernel(kernel);
  return { text, helpers: helpersIn(text) };
}

/** Parameters and everything the body binds, in order. */
function boundNames({ parameters, repeat, body }: Kernel): readonly string[] {
  const names = parameters.map(({ name }) => name);
  if (repeat !== undefined) names.push(repeat.variable);
  eachStatement(body, (statement) => {
    if (statement.kind === "for") names.push(statement.variable);
    else if (statement.kind === "let" || statement.kind === "var") names.push(statement.name);
  });
  return names;
}

function isFenced({ body }: Kernel): boolean {
  let found = false;
  eachStatement(body, ({ kind }) => {
    found ||= kind === "fence";
  });
  return found;
}
