/** The innermost loop of a sum has many steps in a turn, each with the loop's test, where it works enough. */
import { describe, expect, test } from "vitest";
import { printKernelWat } from "../../../../src/codegen/wasm/print-kernel.js";
import { parseKernel } from "../../../../src/ir/loops/parse.js";

/** Two rows x times two columns of w in `count` steps; or one row, which loads more than it adds. */
const sum = (count: number, rows = 2) => {
  const accumulators = [...Array(2 * rows).keys()];
  return parseKernel(`kernel sum(read x: f32[${2 * count}], read w: f32[${5 * count}], write y: f32[4]) {
${accumulators.map((i) => `  var a${i} = 0 f32\n`).join("")}
  for i = 0 to ${count} {
    let x_i = i
    let w_i = i * 5
    let w0 = w[w_i]
    let w1 = w[w_i + 1]
    let x0 = x[x_i]
    let x1 = x[x_i + ${count}]
${accumulators.map((i) => `    a${i} = a${i} + x${i < 2 ? 0 : 1} * w${i % 2}\n`).join("")}
  }
${accumulators.map((i) => `  y[${i}] = a${i}\n`).join("")}
}
`);
};

/** The lines of the kernel's loop. */
function loopOf(count: number, calls: number, relaxed = false, rows = 2): readonly string[] {
  const lines = printKernelWat(sum(count, rows), { name: "sum", relaxed, calls }).split("\n");
  const from = lines.findIndex((line) => line.includes("(local.set $i "));
  return lines.slice(from + 1, lines.findLastIndex((line) => line.includes("br_if $i_loop")) + 1);
}

const matching = (lines: readonly string[], pattern: RegExp): number =>
  lines.filter((line) => pattern.test(line)).length;

describe("a loop of sums", () => {
  test("that works much has many steps, each with the loop's test and constant offsets for all pointers but the counting one", () => {
    const [first, second] = [loopOf(24, 20_000), loopOf(100, 20_000)];
    expect(matching(first, /local\.set \$a0/)).toBe(24);
    expect(matching(second, /local\.set \$a0/)).toBe(24);
    expect(second.filter((line) => /block|loop |\$w0 |br_if/.test(line)).slice(0, 6)).toEqual([
      "  (block $i_done",
      "    (loop $i_loop",
      "      (local.set $w0 (f32.load (local.get $w_i)))",
      "      (br_if $i_done (i32.eq (local.tee $x_i (i32.add (local.get $x_i) (i32.const 4))) (local.get $i)))",
      "      (local.set $w0 (f32.load offset=20 (local.get $w_i)))",
      "      (br_if $i_done (i32.eq (local.tee $x_i (i32.add (local.get $x_i) (i32.const 4))) (local.get $i)))",
    ]);
    expect(new Set(second.filter((line) => line.includes("$x1 (")))).toEqual(
      new Set(["      (local.set $x1 (f32.load offset=400 (local.get $x_i)))"]),
    );
    expect(second.slice(-2)).toEqual([
      "      (local.set $w_i (i32.add (local.get $w_i) (i32.const 480)))",
      "      (br_if $i_loop (i32.ne (local.tee $x_i (i32.add (local.get $x_i) (i32.const 4))) (local.get $i)))",
    ]);
  });

  test("has one step where it works little, where it loads more than it adds, and where a product and a sum are one instruction", () => {
    for (const lines of [loopOf(100, 1), loopOf(100, 20_000, false, 1), loopOf(100, 20_000, true)]) {
      expect(matching(lines, /block|i_done/)).toBe(0);
      expect(matching(lines, /local\.set \$a0/)).toBe(1);
    }
  });
});
