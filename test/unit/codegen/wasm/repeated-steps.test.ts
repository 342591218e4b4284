/** The innermost loop of a sum has many steps in a turn, each with the loop's test, where it works enough. */
import { describe, expect, test } from "vitest";
import { printKernelWat } from "../../../../src/codegen/wasm/print-kernel.js";
import { parseKernel } from "../../../../src/ir/loops/parse.js";

/** y[j] = Σᵢ x[i] · w[5 i + j], two of them, `count` steps. */
const sum = (count: number) =>
  parseKernel(`kernel sum(read x: f32[${count}], read w: f32[${5 * count}], write y: f32[2]) {
  var a0 = 0 f32
  var a1 = 0 f32
  for i = 0 to ${count} {
    let x_i = i
    let w_i = i * 5
    let v = x[x_i]
    a0 = a0 + v * w[w_i]
    a1 = a1 + v * w[w_i + 1]
  }
  y[0] = a0
  y[1] = a1
}
`);

/** The lines of the kernel's loop. */
function loopOf(count: number, calls: number, relaxed = false): readonly string[] {
  const lines = printKernelWat(sum(count), { name: "sum", relaxed, calls }).split("\n");
  const from = lines.findIndex((line) => line.includes("(local.set $i "));
  return lines.slice(from + 1, lines.findLastIndex((line) => line.includes("br_if $i_loop")) + 1);
}

const matching = (lines: readonly string[], pattern: RegExp): number =>
  lines.filter((line) => pattern.test(line)).length;

describe("a loop of sums", () => {
  test("that works much has many steps, each with the loop's test and constant offsets for all pointers but the counting one", () => {
    const [first, second] = [loopOf(24, 2000), loopOf(100, 20_000)];
    expect(matching(first, /local\.set \$a0/)).toBe(24);
    expect(matching(second, /local\.set \$a0/)).toBe(24);
    expect(second.slice(0, 11)).toEqual([
      "  (block $i_done",
      "    (loop $i_loop",
      "      (local.set $v (f32.load (local.get $x_i)))",
      "      (local.set $a0 (f32.add (local.get $a0) (f32.mul (local.get $v) (f32.load (local.get $w_i)))))",
      "      (local.set $a1 (f32.add (local.get $a1) (f32.mul (local.get $v) (f32.load offset=4 (local.get $w_i)))))",
      "      (br_if $i_done (i32.eq (local.tee $x_i (i32.add (local.get $x_i) (i32.const 4))) (local.get $i)))",
      "      (local.set $v (f32.load (local.get $x_i)))",
      "      (local.set $a0 (f32.add (local.get $a0) (f32.mul (local.get $v) (f32.load offset=20 (local.get $w_i)))))",
      "      (local.set $a1 (f32.add (local.get $a1) (f32.mul (local.get $v) (f32.load offset=24 (local.get $w_i)))))",
      "      (br_if $i_done (i32.eq (local.tee $x_i (i32.add (local.get $x_i) (i32.const 4))) (local.get $i)))",
      "      (local.set $v (f32.load (local.get $x_i)))",
    ]);
    expect(second.slice(-2)).toEqual([
      "      (local.set $w_i (i32.add (local.get $w_i) (i32.const 480)))",
      "      (br_if $i_loop (i32.ne (local.tee $x_i (i32.add (local.get $x_i) (i32.const 4))) (local.get $i)))",
    ]);
  });

  test("has one step where it works little, and where a product and a sum are one instruction", () => {
    for (const lines of [loopOf(100, 1), loopOf(100, 20_000, true)]) {
      expect(matching(lines, /block|i_done/)).toBe(0);
      expect(matching(lines, /local\.set \$a0/)).toBe(1);
    }
  });
});
