import { describe, expect, it } from "vitest";
import { placeWeights } from "../../../../src/codegen/module/weights.js";
import { UnstrideError } from "../../../../src/diagnostics/error.js";

const identity = { file: "m.weights.safetensors", module: "m.js", name: "m", version: "0.1.0" };

describe("placeWeights", () => {
  it("refuses to inline more than an engine's string holds", () => {
    const layout = { data: new Uint8Array(2 ** 28 + 1), offsets: [] };
    const act = () => placeWeights({ tensors: [], layout }, "inline", identity);
    expect(act).toThrow(UnstrideError);
    expect(act).toThrow(/^target\/inline-weights[^]*at most 268435456 bytes[^]*268435457 bytes[^]*--inline/);
  });

  it("places nothing where there is nothing", () => {
    const layout = { data: new Uint8Array(0), offsets: [] };
    for (const place of ["side", "inline", "auto"] as const) {
      expect(placeWeights({ tensors: [], layout }, place, identity)).toEqual({ kind: "none", dataBytes: 0 });
    }
  });
});
