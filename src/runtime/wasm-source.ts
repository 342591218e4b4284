/** Finds the WebAssembly of a module whose files lie beside it, or are handed over. */
import {
  chooseVariant,
  compileWasm,
  openCompiled,
  runsWasm,
  variantOfBytes,
  type OpenedWasm,
  type WasmVariant,
} from "./wasm.js";
import { readSource, refuseUnreadable, type FileSource } from "./weights.js";

/** As for weights, or a module that is compiled already, as some engines import it. */
export type WasmSource = FileSource | WebAssembly.Module;

/** A variant, and where it is when nobody gives it. */
export interface FiledVariant extends WasmVariant {
  readonly source: () => FileSource;
}

/** Options of `load` that say which WebAssembly to take. */
export interface WasmOptions {
  readonly wasm?: WasmSource | Promise<WasmSource>;
  readonly target?: string;
}

/**
 * The WebAssembly that `options` give, or the variant they ask for, or the fastest that the engine runs; undefined where it
 * runs none. Throws an Error with code `wasm/unreadable`, `wasm/mismatch` or `wasm/unsupported`, or a TypeError `load/target`.
 */
export async function openWasm(
  variants: readonly FiledVariant[],
  base: string,
  { wasm, target }: WasmOptions,
): Promise<OpenedWasm | undefined> {
  if (wasm !== undefined) return openGiven(variants, base, wasm);
  if (!runsWasm()) return undefined;
  const variant = chooseVariant(variants, target);
  return compileWasm(variant, await readSource(variant.file, base, variant.source, "wasm"));
}

async function openGiven(
  variants: readonly WasmVariant[],
  base: string,
  wasm: WasmSource | Promise<WasmSource>,
): Promise<OpenedWasm | undefined> {
  const { file } = variants[0]!;
  let given: WasmSource;
  try {
    given = await wasm;
  } catch (cause) {
    refuseUnreadable(file, "the wasm given to load()", "wasm", cause);
  }
  if (typeof WebAssembly === "object" && given instanceof WebAssembly.Module) return openCompiled(variants, given);
  if (!runsWasm()) return undefined;
  const found = await readSource(file, base, () => given as FileSource, "wasm");
  return compileWasm(variantOfBytes(variants, found), found);
}
