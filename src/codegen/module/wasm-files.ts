/** Where a module's WebAssembly goes: files beside it, for engines with and without relaxed SIMD, or its own text. */
import type { FileFacts } from "../../runtime/check-file.js";
import { digest } from "../../runtime/digest.js";
import { stringLiteral } from "../javascript/literal.js";
import type { EmittedFile } from "./options.js";
import { base64, besideText, factsText } from "./weights.js";

/** The WebAssembly of a module for one kind of engine. */
export interface WasmVariant {
  readonly target: "wasm" | "wasm-relaxed";
  /** The function that runs the model; named after the text it was made from. */
  readonly entry: string;
  readonly facts: FileFacts;
  readonly bytes: Uint8Array;
  /** The text it was made from. */
  readonly wat: string;
}

export interface PlacedWasm {
  readonly kind: "side" | "inline";
  /** The slowest first, which every engine with SIMD runs. */
  readonly variants: readonly WasmVariant[];
}

/** `run_` and a digest of everything but the name itself. */
export function entryName(text: string): string {
  const bytes = new TextEncoder().encode(text);
  return `run_${digest(bytes).toString(16).padStart(8, "0")}`;
}

export function wasmFiles({ kind, variants }: PlacedWasm): readonly EmittedFile[] {
  if (kind === "inline") return [];
  return variants.map(({ facts, bytes }) => ({ path: facts.file, contents: bytes }));
}

/** The text of each variant, under the name of its file. */
export function watFiles({ variants }: PlacedWasm): readonly EmittedFile[] {
  return variants.map(({ facts, wat }) => ({ path: facts.file.replace(/wasm$/, "wat"), contents: wat }));
}

/** The statement that says what a module knows of its variants; those that it carries are decoded where they are taken. */
export function variantsText({ kind, variants }: PlacedWasm): string {
  const rows = variants.map((variant, i) => {
    const { target, entry, facts } = variant;
    const source = kind === "inline" ? `decodeBase64(${carriedName(i)})` : besideText(facts.file);
    const head = `target: ${stringLiteral(target)}, entry: ${stringLiteral(entry)}`;
    return `  { ${head}, ${factsText(facts)}, source: () => ${source} },\n`;
  });
  return `const variants = [\n${rows.join("")}];`;
}

const carriedName = (variant: number): string => (variant === 0 ? "baselineText" : "relaxedText");

/** Statements that a module with inlined WebAssembly ends with. */
export function wasmTexts({ kind, variants }: PlacedWasm): string[] {
  if (kind === "side") return [];
  return variants.map(({ bytes }, i) => `const ${carriedName(i)} =\n  "${base64(bytes)}";`);
}
