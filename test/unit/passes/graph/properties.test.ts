/** The conditions that passes promise: what breaks each of them. */
import { describe, expect, it } from "vitest";
import { parseGraph } from "../../../../src/ir/graph/parse.js";
import { noDeadNodes } from "../../../../src/passes/graph/dead-nodes.js";
import { noComposite, noConvTranspose, paddingMaterialised } from "../../../../src/passes/graph/properties.js";

const graphOf = (...lines: string[]) => {
  return parseGraph(`graph "g" (%x: f32[1,4,1] "x", %w: f32[2,1,1] "w") -> (%y "y") {\n${lines.join("\n")}\n}`);
};
const plain = graphOf("%y = relu(%x) : f32[1,4,1]");

describe("properties of graphs", () => {
  it.each([noDeadNodes, noComposite, noConvTranspose, paddingMaterialised])("$name holds for a plain graph", (one) => {
    expect(one.violation(plain)).toBeUndefined();
  });

  it("no-dead-nodes", () => {
    const graph = graphOf("%a = negate(%x) : f32[1,4,1]", "%y = relu(%x) : f32[1,4,1]");
    expect(noDeadNodes.violation(graph)).toBe("nothing depends on %a (negate)");
  });

  it("no-conv-transpose, which is composite too", () => {
    const attributes = "{strides = [2], dilations = [1], padding = [[0, 0]], output_padding = [0]}";
    const graph = graphOf(`%y = conv_transpose(%x, %w) ${attributes} : f32[1,8,1]`);
    expect(noConvTranspose.violation(graph)).toBe("%y is made by conv_transpose");
    expect(noComposite.violation(graph)).toBe("%y is made by conv_transpose");
  });

  it("padding-materialised", () => {
    const attributes = (padding: string) => `{strides = [1], dilations = [1], padding = [[${padding}]]}`;
    const padded = graphOf(`%y = conv(%x, %w) ${attributes("1, 0")} : f32[1,4,1]`);
    const unpadded = graphOf(`%y = conv(%x, %w) ${attributes("0, 0")} : f32[1,3,1]`);
    const pad = graphOf("%y = pad(%x) {padding = [[0, 0], [1, 1], [0, 0]]} : f32[1,6,1]");
    expect(paddingMaterialised.violation(padded)).toBe("%y is made by conv");
    expect(paddingMaterialised.violation(unpadded)).toBeUndefined();
    expect(paddingMaterialised.violation(pad)).toBeUndefined();
  });
});
