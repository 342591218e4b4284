// Turns src/runtime/*.ts into strings that the code generator carries: generated modules contain this text and import nothing.
// `--check` fails when the committed file is stale.
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import ts from "typescript";

const source = new URL("../src/runtime/", import.meta.url);
const target = new URL("../src/codegen/module/runtime-text.generated.ts", import.meta.url);

/** The comment a file opens with: it speaks to readers of src/runtime, not of a generated module. */
const fileComment = /^\/\*\*[^]*?\*\/\n(?=\n|import )/;

function plainJavaScript(file) {
  const text = readFileSync(new URL(file, source), "utf8").replace(fileComment, "");
  const { outputText } = ts.transpileModule(text, {
    compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext, removeComments: false },
  });
  return outputText;
}

const files = readdirSync(source)
  .filter((file) => file.endsWith(".ts"))
  .sort();
const rows = files.map(
  (file) => `  ${JSON.stringify(file.replace(/\.ts$/, ""))}: ${JSON.stringify(plainJavaScript(file))},\n`,
);
const text = `// Written by scripts/embed-runtime.mjs from src/runtime. Do not edit.
export const runtimeText = {
${rows.join("")}} as const;
`;
const old = (() => {
  try {
    return readFileSync(target, "utf8");
  } catch {
    return "";
  }
})();
if (process.argv.includes("--check")) {
  if (old !== text) {
    console.error("src/codegen/module/runtime-text.generated.ts is stale: run node scripts/embed-runtime.mjs");
    process.exit(1);
  }
} else if (old !== text) {
  writeFileSync(target, text);
}
