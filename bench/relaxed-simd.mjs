/** Relaxed SIMD where the engine has it, if only behind a flag, as Node 20 does. */
import { setFlagsFromString } from "node:v8";

/** The smallest module that uses it. */
const probe = [
  0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 15, 1, 13, 0, 65, 0, 253, 17, 65, 0, 253, 17,
  253, 128, 2, 11,
];
const isValid = () => WebAssembly.validate(new Uint8Array(probe));

/** Whether the engine takes it without being asked to. */
export const hasRelaxedSimd = isValid();

/** Switches it on for what is compiled from now on; whether there is any. */
export function allowRelaxedSimd() {
  if (!isValid()) setFlagsFromString("--experimental-wasm-relaxed-simd");
  return isValid();
}
