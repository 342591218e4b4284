/** The assembler's stack is small: what is nested deeply is written flat, and means the same. */
import { describe, expect, test } from "vitest";
import { assemble } from "../../../../src/codegen/wasm/assemble.js";
import { shallow } from "../../../../src/codegen/wasm/unfold.js";

/** x + 1 + 1 + …, as deep as it is long. */
const sum = (terms: number, first = "(f32.load offset=4 (local.get $p))"): string =>
  "(f32.add ".repeat(terms) + first + " (f32.const 1))".repeat(terms);

const load = (body: string): string =>
  `(module\n(memory (export "memory") 1)\n(func (export "f") (param $p i32) (result f32) (local $v f32)\n${body}\n))`;

async function valueOf(body: string): Promise<number> {
  const bytes = (await assemble(load(body), { relaxed: false })).slice();
  const { exports } = (await WebAssembly.instantiate(bytes)).instance;
  new Float32Array((exports.memory as WebAssembly.Memory).buffer)[3] = 0.5;
  return (exports.f as (address: number) => number)(8);
}

describe("nested instructions", () => {
  test("stay as they are where they are few", () => {
    expect(shallow(`  ${sum(20)}`)).toBe(`  ${sum(20)}`);
  });

  test("are one after the other where they are many: operands first", () => {
    const lines = shallow(`  (local.set $v ${sum(60)})`).split("\n");
    expect(lines.slice(0, 5)).toEqual(["local.get $p", "f32.load offset=4", "f32.const 1", "f32.add", "f32.const 1"]);
    expect(lines.slice(-2)).toEqual(["f32.add", "local.set $v"]);
  });

  test("a block is what it does", () => {
    const block = `(f32.neg (block (result f32) (local.set $v ${sum(60)}) (local.get $v)))`;
    const lines = shallow(block).split("\n");
    expect(lines[0]).toBe("local.get $p");
    expect(lines.slice(-3)).toEqual(["local.set $v", "local.get $v", "f32.neg"]);
  });

  test("a choice comes after its condition", () => {
    const choice = `(if (result f32) (f32.lt ${sum(60)} (f32.const 1)) (then (f32.const 2)) (else (f32.const 3)))`;
    const expected = ["f32.lt", "if (result f32)", "f32.const 2", "else", "f32.const 3", "end"];
    expect(shallow(choice).split("\n").slice(-6)).toEqual(expected);
  });

  test.each([10, 60, 300, 5000])("%i deep are assembled and computed", async (depth) => {
    expect(await valueOf(sum(depth))).toBe(0.5 + depth);
    const inBlock = `(block (result f32) (local.set $v ${sum(depth)}) (local.get $v))`;
    expect(await valueOf(sum(depth, inBlock))).toBe(0.5 + 2 * depth);
    const choice = `(if (result f32) (f32.lt ${sum(depth)} (f32.const 1)) (then (f32.const 2)) (else ${sum(depth)}))`;
    expect(await valueOf(choice)).toBe(0.5 + depth);
    const condition = `(if (f32.lt ${sum(depth)} (f32.const 1e9))\n(then\n(return ${sum(depth)})\n)\n)\n(f32.const -1)`;
    expect(await valueOf(condition)).toBe(0.5 + depth);
  });
});
