/** Where a module's WebAssembly goes: two files beside it, for engines with and without relaxed SIMD, or its own text. */
import { digest } from "../../runtime/digest.js";
import type { WeightsFacts } from "../../runtime/weights.js";
import type { EmittedFile } from "./options.js";
import { base64 } from "./weights.js";

export interface WasmVariant {
  readonly facts: WeightsFacts;
  readonly bytes: Uint8Array;
}

export interface PlacedWasm {
  readonly kind: "side" | "inline";
  /** The function that runs the model; named after the text it was made from. */
  readonly entry: string;
  readonly baseline: WasmVariant;
  readonly relaxed: WasmVariant;
}

/** `run_` and a digest of everything but the name itself. */
export function entryName(text: string): string {
  const bytes = new TextEncoder().encode(text);
  return `run_${digest(bytes).toString(16).padStart(8, "0")}`;
}

export function wasmVariant(file: string, assembled: Uint8Array): WasmVariant {
  const bytes = assembled.slice();
  return { bytes, facts: { file, bytes: bytes.length, start: 0, digest: digest(bytes) } };
}

export function wasmFiles({ kind, baseline, relaxed }: PlacedWasm): readonly EmittedFile[] {
  if (kind === "inline") return [];
  return [baseline, relaxed].map(({ facts, bytes }) => ({ path: facts.file, contents: bytes }));
}

/** Statements that a module with inlined WebAssembly ends with. */
export function wasmTexts({ kind, baseline, relaxed }: PlacedWasm): string[] {
  if (kind === "side") return [];
  return [`const baselineText =\n  "${base64(baseline.bytes)}";`, `const relaxedText =\n  "${base64(relaxed.bytes)}";`];
}
