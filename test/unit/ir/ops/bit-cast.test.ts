/** Bits keep: what every executor makes of them is compared as integers, through views of ports, of the arena and of weights. */
import { describe, expect, test } from "vitest";
import { GraphBuilder } from "../../../../src/ir/graph/builder.js";
import { negate } from "../../../../src/ir/ops/unary.js";
import { bitCast } from "../../../../src/ir/ops/bit-cast.js";
import { seenAs, type ElementType, type TypedArray } from "../../../../src/ir/types/element-type.js";
import { tensor, tensorType, type Tensor } from "../../../../src/ir/types/tensor.js";
import { compile } from "../../../../src/compile.js";
import { executors, reference } from "../../../support/executors.js";
import { importEmitted } from "../../../support/import-module.js";

const raw = (elementType: ElementType, data: TypedArray): Tensor => ({ elementType, shape: [data.length], data });

/** 1, −0, the least number, a quiet NaN and a signalling one, each with a payload. */
const words = Int32Array.of(0x3f800000, -(2 ** 31), 1, 0x7fc12345, 0x7f812345, -1);
const longs = BigInt64Array.of(0x3ff0000000000000n, -(2n ** 63n), 1n, 0x7ff8000000abcden, 0x7ff0000000abcden, -1n);
const halves = Uint16Array.of(0x3c00, 0x8000, 1, 0x7e55, 0x7d55, 0xffff);

const rows: readonly (readonly [from: Tensor, to: Tensor])[] = [
  [raw("i32", words), raw("f32", new Float32Array(words.buffer))],
  [raw("u32", new Uint32Array(words.buffer)), raw("f32", new Float32Array(words.buffer))],
  [raw("i32", words), raw("u32", new Uint32Array(words.buffer))],
  [raw("i64", longs), raw("f64", new Float64Array(longs.buffer))],
  [raw("u64", new BigUint64Array(longs.buffer)), raw("f64", new Float64Array(longs.buffer))],
  [raw("i64", longs), raw("u64", new BigUint64Array(longs.buffer))],
  [raw("f16", halves), raw("i16", new Int16Array(halves.buffer))],
  [raw("bf16", halves), raw("f16", halves)],
  [raw("i8", Int8Array.of(-1, 0, 1)), raw("u8", Uint8Array.of(255, 0, 1))],
];
const pairs = rows.flatMap(([a, b]) => [
  [a.elementType, b.elementType, a, b] as const,
  [b.elementType, a.elementType, b, a] as const,
]);

function castGraph(x: Tensor, to: ElementType) {
  const builder = new GraphBuilder("bits");
  builder.output("y", builder.one(bitCast, [builder.input("x", x)], { to }));
  return builder.finish();
}

const bytesOf = (data: TypedArray) => [...new Uint8Array(data.buffer, data.byteOffset, data.byteLength)];

describe.each([reference, ...executors])("$name", ({ run }) => {
  test.each(pairs)("%s as %s", async (_, to, x, expected) => {
    const y = (await run(castGraph(x, to), { x })).get("y");
    expect(y?.elementType).toBe(to);
    expect(bytesOf(y?.data ?? new Uint8Array())).toEqual(bytesOf(expected.data));
  });

  test("between other ops, and of a constant", async () => {
    const builder = new GraphBuilder("between");
    const one = builder.one(negate, [builder.input("x", tensorType("f32", [3]))], {});
    const bits = builder.one(bitCast, [one], { to: "i32" });
    const negated = builder.one(negate, [bits], {});
    builder.output("y", builder.one(negate, [builder.one(bitCast, [negated], { to: "f32" })], {}));
    builder.output("z", builder.one(bitCast, [builder.constant(tensor("f32", [2], [1, -2]), "w")], { to: "u32" }));
    const outputs = await run(builder.finish(), { x: tensor("f32", [3], [-1, 2, 0]) });
    const made = seenAs("f32", Int32Array.of(-0x3f800000, 0x40000000, -(2 ** 31)));
    expect(outputs.get("y")?.data).toEqual(Float32Array.from(made as Float32Array, (value) => -value));
    expect(outputs.get("z")?.data).toEqual(Uint32Array.of(0x3f800000, 0xc0000000));
  });

  test("of nothing", async () => {
    const x = tensor("f32", [0, 2]);
    expect((await run(castGraph(x, "i32"), { x })).get("y")?.data).toEqual(new Int32Array(0));
  });
});

test("bool is the byte it is", async () => {
  const x = tensor("bool", [2], [1, 0]);
  expect((await reference.run(castGraph(x, "u8"), { x })).get("y")?.data).toEqual(Uint8Array.of(1, 0));
});

test.each([false, true])("arrays in the middle of a buffer, timed: %s", async (profile) => {
  const graph = castGraph(tensor("f32", [2]), "i32");
  const model = await (await importEmitted(await compile(graph, { target: "javascript", profile }))).load();
  const [inside, results] = [Float32Array.of(9, 1, 2, 9), Int32Array.of(7, 7, 7, 7)];
  model.runInto({ x: inside.subarray(1, 3) }, { y: results.subarray(1, 3) });
  expect(results).toEqual(Int32Array.of(7, 0x3f800000, 0x40000000, 7));
});
