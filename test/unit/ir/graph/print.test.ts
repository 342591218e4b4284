import { expect, test } from "vitest";
import { derivedLocation, unknownLocation } from "../../../../src/diagnostics/location.js";
import { GraphBuilder } from "../../../../src/ir/graph/builder.js";
import { parseGraph } from "../../../../src/ir/graph/parse.js";
import { printGraph } from "../../../../src/ir/graph/print.js";
import { add } from "../../../../src/ir/ops/binary.js";
import { relu } from "../../../../src/ir/ops/activations.js";
import { clip } from "../../../../src/ir/ops/parametrised.js";
import { softmax } from "../../../../src/ir/ops/softmax.js";
import { split } from "../../../../src/ir/ops/split.js";
import { tensor, tensorType } from "../../../../src/ir/types/tensor.js";

function example() {
  const builder = new GraphBuilder('an "example"');
  const x = builder.input("x\n*/", tensorType("f32", [1, 4]));
  const bias = builder.constant(tensor("f32", [4], [0.1, -0, NaN, -Infinity]), "bias");
  const location = { kind: "model", source: "net.onnx", name: 'a"b', operator: "Add", index: 3 } as const;
  const sum = builder.one(add, [x, bias], {}, { location });
  const [left, right] = builder.add(split, [sum], { axis: 1, sizes: [1, 3] }, { name: "part" });
  const clipped = builder.one(
    clip,
    [left],
    { high: 6 },
    { location: derivedLocation("fuse", derivedLocation("fold", location)) },
  );
  const active = builder.one(relu, [right], {}, { location: { kind: "text", source: "a.txt", line: 3, column: 7 } });
  builder.output(
    "",
    builder.one(softmax, [clipped], { axis: 0 }, { location: derivedLocation("lower", unknownLocation) }),
  );
  builder.output("y", active);
  return builder.finish();
}

const text = `graph "an \\"example\\"" (%x___: f32[1,4] "x\\n*/") -> (%softmax "", %relu "y") {
  %bias = constant {value = f32[4]{0.1, -0, NaN, -Infinity}, label = "bias"} : f32[4]
  %add = add(%x___, %bias) : f32[1,4] loc("net.onnx" "a\\"b" "Add" 3)
  %part, %part.1 = split(%add) {axis = 1, sizes = [1, 3]} : f32[1,1], f32[1,3]
  %clip = clip(%part) {high = 6} : f32[1,1] loc("net.onnx" "a\\"b" "Add" 3, via "fold", via "fuse")
  %relu = relu(%part.1) : f32[1,3] loc(text "a.txt" 3:7)
  %softmax = softmax(%clip) {axis = 0} : f32[1,1] loc(unknown, via "lower")
}
`;

test("a graph prints with types, attributes that differ from their default, and locations", () => {
  expect(printGraph(example())).toBe(text);
});

test("what is printed is read back as the same graph", () => {
  const read = parseGraph(text);
  expect(read).toStrictEqual(example());
  expect(read.outputs[1].value).toBe(read.nodes[4].results[0]);
});

test("big constants are left out for people, and locations on request", () => {
  const builder = new GraphBuilder("big");
  builder.output("y", builder.constant(tensor("f32", [64, 64])));
  const shortened = printGraph(builder.finish(), { elide: true });
  expect(shortened).toContain("%constant = constant {value = f32[64,64]{…}} : f32[64,64]");
  expect(() => parseGraph(shortened)).toThrow(/^text\/elided/);
  expect(printGraph(example(), { locations: false })).not.toContain("loc(");
});
