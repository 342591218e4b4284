/** The comment a generated file begins with: what it is and what it was made from. No date, no path. */
import { safeComment } from "../javascript/literal.js";
import type { ModuleOptions } from "./options.js";

export function headerText({ name, version, sourceHash, options }: Omit<ModuleOptions, "printKernel">): string {
  const rows = Object.keys(options)
    .sort()
    .map((key) => ` *   ${safeComment(key)}: ${safeComment(options[key] ?? "")}\n`);
  return [
    "/*\n",
    ` * ${safeComment(name) || "A model"}. Made by unstride ${safeComment(version)}; to change it, compile its source again.\n`,
    ` * source: ${safeComment(sourceHash)}\n`,
    ...(rows.length > 0 ? [" * options:\n", ...rows] : []),
    " */\n",
  ].join("");
}
