/** Node 20 has relaxed SIMD behind a flag; without it the other variant would run here unnoticed. */
import { setFlagsFromString } from "node:v8";
import { describe, expect, test } from "vitest";
import { hasRelaxedSimd } from "../../src/runtime/wasm.js";
import { wasmLaws } from "../support/wasm-laws.js";

setFlagsFromString("--experimental-wasm-relaxed-simd");

describe("WebAssembly with relaxed SIMD", () => {
  test("is what runs", () => expect(hasRelaxedSimd()).toBe(true));
  wasmLaws(20);
});
