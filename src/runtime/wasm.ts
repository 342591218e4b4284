/**
 * Which WebAssembly an engine runs, and the compiled module of it: bytes are known by size and digest, a module that is compiled
 * already by the name of its entry.
 */
import { checkFile, type FileFacts, type FoundFile } from "./check-file.js";
import { digest } from "./digest.js";
import { refuse } from "./refuse.js";

/** One of the WebAssembly files of a module. */
export interface WasmVariant extends FileFacts {
  readonly target: "wasm" | "wasm-relaxed";
  /** The export that runs the model. No other model's WebAssembly exports it, nor does the other variant's. */
  readonly entry: string;
}

export interface OpenedWasm {
  readonly module: WebAssembly.Module;
  readonly variant: WasmVariant;
}

/** A function that makes a vector and drops it. */
const simdProbe = [0, 97, 115, 109, 1, 0, 0, 0, 1, 4, 1, 96, 0, 0, 3, 2, 1, 0, 10, 9, 1, 7, 0, 65, 0, 253, 17, 26, 11];
/** A function that gives a relaxed swizzle of two such vectors. */
const relaxedProbe = [
  0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 15, 1, 13, 0, 65, 0, 253, 17, 65, 0, 253, 17,
  253, 128, 2, 11,
];

/** Whether the engine compiles WebAssembly with SIMD: it may not have it, and a page's policy may forbid it. */
export function runsWasm(): boolean {
  try {
    new WebAssembly.Module(new Uint8Array(simdProbe));
    return true;
  } catch {
    return false;
  }
}

/** Whether the engine has relaxed SIMD. */
export function hasRelaxedSimd(): boolean {
  return WebAssembly.validate(new Uint8Array(relaxedProbe));
}

/** The variant of that target, or the fastest that the engine runs: the last one is. Throws an Error `wasm/unsupported`. */
export function chooseVariant<Variant extends WasmVariant>(
  variants: readonly Variant[],
  target: string | undefined,
): Variant {
  if (target === undefined) return hasRelaxedSimd() ? variants.at(-1)! : variants[0]!;
  return supported(
    variants.find((each) => each.target === target)!,
    "load() is asked for",
  );
}

/** The module out of bytes that must be those of `variant`. Throws an Error `wasm/mismatch`. */
export async function compileWasm(variant: WasmVariant, found: FoundFile): Promise<OpenedWasm> {
  const bytes = checkFile(variant, found, "wasm") as Uint8Array<ArrayBuffer>;
  return { module: await WebAssembly.compile(bytes), variant };
}

/** Of variants whose bytes the module carries: undefined where the engine runs none. */
export async function openCarried(
  variants: readonly (WasmVariant & { readonly source: () => Uint8Array })[],
  target: string | undefined,
): Promise<OpenedWasm | undefined> {
  if (!runsWasm()) return undefined;
  const variant = chooseVariant(variants, target);
  return compileWasm(variant, { place: "what this file carries", bytes: variant.source() });
}

/** The variant whose bytes these are, else the one to say the difference from. */
export function variantOfBytes(variants: readonly WasmVariant[], { bytes }: FoundFile): WasmVariant {
  const alike = variants.filter((each) => each.bytes === bytes.length);
  const aligned = alike.length > 1 && bytes.byteOffset % 8 !== 0 ? bytes.slice() : bytes;
  const found = alike.length > 1 ? alike.find((each) => each.digest === digest(aligned)) : undefined;
  return supported(found ?? alike[0] ?? variants[0]!, "the wasm given to load() is");
}

/** A module that is compiled already: as engines import it, or as a page hands it to its workers. Throws an Error `wasm/mismatch`. */
export function openCompiled(variants: readonly WasmVariant[], module: WebAssembly.Module): OpenedWasm {
  const names = WebAssembly.Module.exports(module).map(({ name }) => name);
  const variant = variants.find(({ entry }) => names.includes(entry));
  const files = variants.map(({ file }) => file).join(" or ");
  const message = `the wasm given to load() is another model's: it does not export ${variants[0]!.entry}. Use ${files}, made together with this module`;
  return { module, variant: variant ?? refuse(Error, "wasm/mismatch", message) };
}

/** Refuses an engine that runs no WebAssembly. */
export function refuseEngine(): never {
  const message =
    "this engine has no WebAssembly with SIMD, or the page's policy forbids it: Content-Security-Policy must allow " +
    "'wasm-unsafe-eval'. Compiled for the target auto, the model runs as JavaScript then";
  refuse(Error, "wasm/unavailable", message);
}

function supported<Variant extends WasmVariant>(variant: Variant, subject: string): Variant {
  if (variant.target === "wasm" || hasRelaxedSimd()) return variant;
  const message = `${subject} ${variant.file}, and this engine has no relaxed SIMD: take the file without`;
  refuse(Error, "wasm/unsupported", message);
}
