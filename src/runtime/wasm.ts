/** Finds and checks the WebAssembly of a module: bytes by size and digest, a compiled module by the name of its entry. */
import { refuse } from "./refuse.js";
import { openWeights, type WeightsFacts, type WeightsSource } from "./weights.js";

/** As for weights, or a module that is compiled already, as some engines import it. */
export type WasmSource = WeightsSource | WebAssembly.Module;

/** Whether the engine has relaxed SIMD, by the smallest module that uses it. */
export function hasRelaxedSimd(): boolean {
  const probe = [0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 15, 1, 13, 0];
  const body = [65, 0, 253, 17, 65, 0, 253, 17, 253, 128, 2, 11];
  return WebAssembly.validate(new Uint8Array([...probe, ...body]));
}

/** The compiled module, which must export `entry`. Throws an Error with code `wasm/unreadable` or `wasm/mismatch`. */
export async function openWasm(
  facts: WeightsFacts,
  base: string,
  source: () => WasmSource | Promise<WasmSource>,
  entry: string,
): Promise<WebAssembly.Module> {
  const given = await source();
  if (!(given instanceof WebAssembly.Module)) {
    return WebAssembly.compile((await openWeights(facts, base, () => given, "wasm")) as Uint8Array<ArrayBuffer>);
  }
  if (!WebAssembly.Module.exports(given).some(({ name }) => name === entry)) {
    const message = `the wasm given to load() is another model's: it has no ${entry}. Use ${facts.file}, made together with this module`;
    refuse(Error, "wasm/mismatch", message);
  }
  return given;
}
