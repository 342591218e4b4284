/**
 * One model compiled for several shapes: a module for each, all with the weights of one file, and a module that imports the one that is
 * asked for. Only what is used is fetched, and memory is only had for it.
 *
 *     const small = await load({ shape: "x=1x3x320x320" });
 */
import { propertyKey, stringLiteral } from "../javascript/literal.js";
import { headerText } from "./header.js";
import type { EmittedFile, ModuleOptions } from "./options.js";
import { joinTexts } from "./parts.js";
import { runtimeFor } from "./runtime-parts.js";

/** A module, and what the shapes of its inputs are called: as on the command line, `x=1x3x320x320`. */
export interface EmittedEntry {
  readonly shape: string;
  /** The name of its files, without ending. */
  readonly base: string;
}

/** The module `<base>.js` of entries, and its declarations; the first entry is what is loaded where none is asked for. */
export function entriesFiles(
  base: string,
  entries: readonly [EmittedEntry, ...EmittedEntry[]],
  options: Omit<ModuleOptions, "printKernel">,
): readonly EmittedFile[] {
  const header = headerText(options);
  return [
    { path: `${base}.js`, contents: joinTexts([header, codeText(entries), ...runtimeFor(["entryFor"])]) },
    { path: `${base}.d.ts`, contents: joinTexts([header, declarationText(entries)]) },
  ];
}

function codeText(entries: readonly [EmittedEntry, ...EmittedEntry[]]): string {
  const rows = entries.map(({ shape, base }) => {
    return `  ${propertyKey(shape)}: () => import(${stringLiteral(`./${base}.js`)}),\n`;
  });
  return `const entries = {\n${rows.join("")}};

/** What \`load\` takes as \`shape\`. */
export const shapes = Object.keys(entries);

/** Makes the model for the shapes of \`options.shape\`, by default the first ones. */
export async function load(options = {}) {
  const { shape = ${stringLiteral(entries[0].shape)}, ...rest } = options;
  const entry = await entryFor(entries, shape)();
  return entry.load(rest);
}
`;
}

function declarationText(entries: readonly [EmittedEntry, ...EmittedEntry[]]): string {
  const imports = entries.map(({ base }, i) => `import type * as entry${i} from ${stringLiteral(`./${base}.js`)};\n`);
  const table = (name: string, doc: string, type: string): string => {
    const rows = entries.map(({ shape }, i) => `  readonly ${stringLiteral(shape)}: entry${i}.${type};\n`);
    return `/** ${doc} */\nexport interface ${name} {\n${rows.join("")}}\n`;
  };
  const first = stringLiteral(entries[0].shape);
  return [
    `${imports.join("")}\n`,
    table("Models", "The model for each shapes of its inputs.", "Model"),
    "\n",
    table("LoadOptions", "What `load` takes for each of them.", "LoadOptions"),
    "\n/** Shapes of inputs the model is compiled for. */\nexport type Shape = keyof Models;\n",
    "\nexport declare const shapes: readonly Shape[];\n",
    "\n/** Makes the model for some shapes, by default the first ones. Rejects with a TypeError (`code` is `load/shape`) for others. */\n",
    `export declare function load<Name extends Shape = ${first}>(\n`,
    "  options?: LoadOptions[Name] & { readonly shape?: Name },\n): Promise<Models[Name]>;\n",
  ].join("");
}
