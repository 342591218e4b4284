/**
 * Node 20 has relaxed SIMD behind a flag, which holds for the whole process: it is set before the first test, so that which variant
 * of a module is loaded does not depend on which tests ran before.
 */
import { setFlagsFromString } from "node:v8";
import { hasRelaxedSimd } from "../../src/runtime/wasm.js";

export function setup(): void {
  if (!hasRelaxedSimd()) setFlagsFromString("--experimental-wasm-relaxed-simd");
}
