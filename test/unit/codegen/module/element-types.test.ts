import { describe, expect, it } from "vitest";
import { allocate, elementTypes, isElementType } from "../../../../src/ir/types/element-type.js";
import type { Program } from "../../../../src/ir/program/program.js";
import { tensor } from "../../../../src/ir/types/tensor.js";
import { importEmitted } from "../../../support/import-module.js";
import { addKernel, copyProgram, emitTiny, port } from "../../../support/tiny-programs.js";

const types = Object.keys(elementTypes).filter(isElementType);

describe("element types at the edge", () => {
  it.each(types)("%s goes in and out as its own array", async (type) => {
    const model = await (
      await importEmitted(await emitTiny(copyProgram([port("x", type, [3])], [port("y", type, [3])])))
    ).load();
    const x = tensor(type, [3], [1, 0, 1]).data;
    const { y } = model.run({ x });
    expect(y).toEqual(x);
    expect(y).toBeInstanceOf(allocate(type, 0).constructor);
  });

  it("hands floats over as their bits, from weights and to ports", async () => {
    const argument = { kind: "weights", segment: 0, offset: 0 } as const;
    const program = copyProgram([port("x", "i32", [2])], [port("y", "f32", [2])]);
    const [call] = program.calls;
    const weights: Program = {
      ...program,
      inputs: [],
      segments: [{ name: "w", data: tensor("f32", [2], [1, -2]) }],
      outputs: [port("y", "i32", [2])],
      calls: call === undefined ? [] : [{ ...call, arguments: call.arguments.with(0, argument) }],
    };
    const y = Int32Array.of(0x3f800000, -0x40000000);
    expect((await (await importEmitted(await emitTiny(weights))).load()).run({})).toEqual({ y });
    const ported = await (await importEmitted(await emitTiny(program))).load();
    expect(ported.run({ x: y })).toEqual({ y: Float32Array.of(1, -2) });
  });

  it("takes Uint8ClampedArray for bytes", async () => {
    const model = await (
      await importEmitted(await emitTiny(copyProgram([port("x", "u8", [3])], [port("y", "u8", [3])])))
    ).load();
    expect(model.run({ x: Uint8ClampedArray.of(1, 2, 300) })).toEqual({ y: Uint8Array.of(1, 2, 255) });
  });

  it("says so where f16 results are wanted as Float16Array and the engine has none", async () => {
    const { load } = await importEmitted(await emitTiny(copyProgram([port("x", "f16", [1])], [port("y", "f16", [1])])));
    if ("Float16Array" in globalThis) return expect(load({ float16: true })).resolves.toBeDefined();
    await expect(load({ float16: true })).rejects.toMatchObject({ code: "load/float16" });
  });

  it("gives and takes Float16Array where the engine has it", async () => {
    class Float16Array extends Uint16Array {
      override get [Symbol.toStringTag](): "Uint16Array" {
        return "Float16Array" as "Uint16Array";
      }
    }
    const before = Object.getOwnPropertyDescriptor(globalThis, "Float16Array");
    Object.defineProperty(globalThis, "Float16Array", { value: Float16Array, configurable: true });
    try {
      const { load } = await importEmitted(
        await emitTiny(copyProgram([port("x", "f16", [2])], [port("y", "f16", [2])])),
      );
      const { y } = (await load({ float16: true })).run({ x: new Float16Array([0x3c00, 0x4000]) });
      expect(y).toBeInstanceOf(Float16Array);
      expect([...(y as Float16Array)]).toEqual([0x3c00, 0x4000]);
      expect((await load()).run({ x: Uint16Array.of(1, 2) })).toEqual({ y: Uint16Array.of(1, 2) });
    } finally {
      if (before) Object.defineProperty(globalThis, "Float16Array", before);
      else Reflect.deleteProperty(globalThis, "Float16Array");
    }
  });

  it.each(["side", "inline"] as const)("reads weights of every size where they lie (%s)", async (weights) => {
    const all = ["u8", "f64", "i16", "f32", "i64", "i8", "i32", "u16", "u32", "u64"] as const;
    const values = (index: number): number[] => [index + 1, index + 2, index + 3];
    const program = {
      name: "sums",
      inputs: all.map((type, index) => port(`x${index}`, type, [3])),
      outputs: all.map((type, index) => port(`y${index}`, type, [3])),
      arenaBytes: 0,
      segments: all.map((type, index) => ({ name: "w", data: tensor(type, [3], values(index)) })),
      kernels: all.map((type, index) => addKernel(type, 3, `add_${index}`)),
      calls: all.map((_, index) => ({
        kernel: index,
        arguments: [
          { kind: "input" as const, port: index, offset: 0 },
          { kind: "weights" as const, segment: index, offset: 0 },
          { kind: "output" as const, port: index, offset: 0 },
        ],
        origin: "",
      })),
    };
    const model = await (await importEmitted(await emitTiny(program, weights))).load();
    const tens = (type: (typeof all)[number]) => tensor(type, [3], [10, 20, 30]).data;
    const given = Object.fromEntries(all.map((type, index) => [`x${index}`, tens(type)]));
    const wanted = all.map((type, index) => [
      `y${index}`,
      tensor(
        type,
        [3],
        values(index).map((value, k) => value + 10 * (k + 1)),
      ).data,
    ]);
    expect(model.run(given)).toEqual(Object.fromEntries(wanted));
  });

  it("runs without inputs, without outputs' elements, and on scalars", async () => {
    const model = await (
      await importEmitted(
        await emitTiny(
          copyProgram([port("x", "f32", [0, 4]), port("s", "f32", [])], [port("y", "f32", [0]), port("t", "f32", [])]),
        ),
      )
    ).load();
    expect(model.run({ x: new Float32Array(0), s: Float32Array.of(3) })).toEqual({
      y: new Float32Array(0),
      t: Float32Array.of(3),
    });
    const none = { name: "none", inputs: [], outputs: [], arenaBytes: 0, segments: [], kernels: [], calls: [] };
    expect((await (await importEmitted(await emitTiny(none))).load()).run({})).toEqual({});
  });

  it("runs on weights without elements", async () => {
    const base = copyProgram([port("x", "f32", [0])], [port("y", "f32", [0])]);
    const program = {
      ...base,
      segments: [{ name: "w", data: tensor("f32", [0]) }],
      kernels: [addKernel("f32", 0)],
      calls: base.calls.map((call) => ({
        ...call,
        arguments: call.arguments.toSpliced(1, 0, { kind: "weights", segment: 0, offset: 0 }),
      })),
    } satisfies Program;
    const model = await (await importEmitted(await emitTiny(program, "side"))).load();
    expect(model.run({ x: new Float32Array(0) })).toEqual({ y: new Float32Array(0) });
  });
});
