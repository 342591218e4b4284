/** The carried runtime: files of src/runtime as text, found by what they export and put where a module needs them. */
import { invariant } from "../../diagnostics/error.js";
import { runtimeText } from "./runtime-text.generated.js";

type RuntimePart = keyof typeof runtimeText;

const parts = Object.keys(runtimeText).filter((name): name is RuntimePart => Object.hasOwn(runtimeText, name));

/** Names a text declares at its top level. */
export function declaredNames(text: string): string[] {
  return [...text.matchAll(/^(?:export )?(?:async )?(?:function|const|let|class) +([A-Za-z_$][\w$]*)/gm)].map(
    ([, name = ""]) => name,
  );
}

/** Every name the runtime can bind in a module. */
export function runtimeNames(): string[] {
  return parts.flatMap((part) => declaredNames(runtimeText[part]));
}

/** The text of each runtime file that is needed for `names`, each once, in a fixed order. */
export function runtimeFor(names: Iterable<string>): string[] {
  const needed = new Set<RuntimePart>();
  for (const name of names) addPart(partOf(name), needed);
  return parts.filter((part) => needed.has(part)).map(plainText);
}

function partOf(name: string): RuntimePart {
  const part = parts.find((each) => declaredNames(runtimeText[each]).includes(name));
  invariant(part !== undefined, "emit-module", `src/runtime exports no ${name}`);
  return part;
}

function addPart(part: RuntimePart, needed: Set<RuntimePart>): void {
  if (needed.has(part)) return;
  needed.add(part);
  for (const [, imported] of runtimeText[part].matchAll(/^import .* from "\.\/(.+)\.js";$/gm)) {
    const found = parts.find((each) => each === imported);
    invariant(found !== undefined, "emit-module", `src/runtime has no ${imported}`);
    addPart(found, needed);
  }
}

/** As it stands in a module: nothing imported or exported, two spaces of indentation, an empty line between functions. */
function plainText(part: RuntimePart): string {
  return runtimeText[part]
    .trimStart()
    .replace(/^import .*;\n/gm, "")
    .replace(/^export \{\};\n/gm, "")
    .replace(/^export /gm, "")
    .replace(/^\}\n(?=\S)/gm, "}\n\n")
    .replace(/^(?: {4})+/gm, (indent) => " ".repeat(indent.length / 2));
}
