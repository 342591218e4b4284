import { describe } from "vitest";
import { wasmLaws } from "../support/wasm-laws.js";

describe("WebAssembly", () => wasmLaws(40));
