/** decompose: text in → text out. */
import { describe, expect, it } from "vitest";
import { parseGraph } from "../../../../src/ir/graph/parse.js";
import { printGraph } from "../../../../src/ir/graph/print.js";
import { decompose } from "../../../../src/passes/graph/decompose.js";
import { noComposite } from "../../../../src/passes/graph/properties.js";
import { passContext } from "../../../support/pass-context.js";
import { expectSameMeaning } from "../../../support/same-meaning.js";

describe("decompose", () => {
  it("makes of an average a sum and a division, by the number of elements inside", () => {
    const graph = parseGraph(`graph "g" (%x: f32[1,4,2] "x") -> (%y "y") {
  %y = avg_pool(%x) {kernel = [3], strides = [2], dilations = [1], padding = [[1, 1]]} : f32[1,2,2]
}`);
    const after = decompose.run(graph, passContext);
    expectSameMeaning(graph, after);
    expect(noComposite.violation(after)).toBeUndefined();
    expect(decompose.run(after, passContext)).toBe(after);
    expect(printGraph(after, { locations: false })).toMatchInlineSnapshot(`
      "graph "g" (%x: f32[1,4,2] "x") -> (%y "y") {
        %y.sum_pool = sum_pool(%x) {kernel = [3], strides = [2], dilations = [1], padding = [[1, 1]]} : f32[1,2,2]
        %y.constant = constant {value = f32[1,2,1]{2, 3}} : f32[1,2,1]
        %y = divide(%y.sum_pool, %y.constant) : f32[1,2,2]
      }
      "
    `);
  });
});
