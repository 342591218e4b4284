/** Schedule in, loops out: reads as the documentation of what each step does. */
import { describe, expect, it } from "vitest";
import { javascriptTarget } from "../../../../src/codegen/javascript/target.js";
import { applyBinary, load } from "../../../../src/ir/computation/build-scalar.js";
import { printKernel } from "../../../../src/ir/loops/print.js";
import { applySchedule, type ScheduledKernel } from "../../../../src/passes/schedule/apply-schedule.js";
import type { Schedule } from "../../../../src/passes/schedule/schedule.js";
import { flatDense, on } from "../../../support/arbitrary-computation.js";

/** [5 × 3] · [3 × 7] */
const product = flatDense({
  name: "product",
  operands: [
    { elementType: "f32", shape: [5, 3] },
    { elementType: "f32", shape: [3, 7] },
  ],
  result: { elementType: "f32", shape: [5, 7] },
  axes: [
    { name: "m", extent: 5 },
    { name: "n", extent: 7 },
  ],
  sums: [{ name: "k", extent: 3 }],
  body: applyBinary("multiply", load(0, [on(0), on(2)]), load(1, [on(2), on(1)])),
});

const apply = (schedule: Schedule): ScheduledKernel => applySchedule(product, schedule, javascriptTarget);
const text = (schedule: Schedule): string => `\n${printKernel(apply(schedule).kernel)}`;

describe("applySchedule", () => {
  it("without steps makes a loop per axis, addresses added up on the way in", () => {
    expect(text([])).toBe(`
kernel product(read x: f32[15], read u: f32[21], write y: f32[35]) {
  for m = 0 to 5 {
    let x_m = m * 3
    let y_m = m * 7
    for n = 0 to 7 {
      var a0 = 0 f64
      let u_n = n
      for k = 0 to 3 {
        let x_k = x_m + k
        let u_k = u_n + k * 7
        a0 = a0 + x[x_k] as f64 * u[u_k] as f64
      }
      let y_n = y_m + n
      y[y_n] = a0
    }
  }
}
`);
  });

  it("splits with a tail of its own, tiles, fences, and reads a staged operand in order", () => {
    const schedule: Schedule = [
      { kind: "split", axis: "n", factor: 2, tail: "exact" },
      { kind: "reorder", loops: ["n", "m", "k", "n_in"] },
      { kind: "unroll", loop: "n_in" },
      { kind: "fence", loop: "n_in" },
      { kind: "stage", operand: 1 },
    ];
    expect(text(schedule)).toBe(`
kernel product(read x: f32[15], read w: f32[21], write y: f32[35]) {
  for n = 0 to 6 step 2 {
    let w_n = n * 3
    let y_n = n
    for m = 0 to 5 {
      var a0 = 0 f64
      var a1 = 0 f64
      let x_m = m * 3
      for k = 0 to 3 {
        let x_k = x_m + k
        let w_k = w_n + k * 2
        let x0 = x[x_k] as f64
        a0 = a0 + x0 * w[w_k] as f64
        fence
        a1 = a1 + x0 * w[w_k + 1] as f64
      }
      let y_m = y_n + m * 7
      y[y_m] = a0
      y[y_m + 1] = a1
    }
  }
  for m2 = 0 to 5 {
    var a2 = 0 f64
    let x_m2 = m2 * 3
    for k2 = 0 to 3 {
      let x_k2 = x_m2 + k2
      let w_k2 = k2
      a2 = a2 + x[x_k2] as f64 * w[w_k2 + 18] as f64
    }
    let y_m2 = m2 * 7
    y[y_m2 + 6] = a2
  }
}
`);
    expect(apply(schedule).packed).toEqual([
      {
        operand: 1,
        pieces: [
          { base: 0, extents: [3, 3, 2], strides: [2, 7, 1] },
          { base: 6, extents: [1, 3, 1], strides: [2, 7, 1] },
        ],
      },
    ]);
  });

  it("spells sums out as one expression, hoists what the inner loop does not change, and repeats by calls", () => {
    const schedule: Schedule = [
      { kind: "unroll", loop: "k" },
      { kind: "repeat", loop: "m" },
    ];
    expect(text(schedule)).toBe(`
kernel product(read x: f32[15], read u: f32[21], write y: f32[35]) repeat m_call 5 {
  let x_m_call = m_call * 3
  let y_m_call = m_call * 7
  let x0 = x[x_m_call] as f64
  let x1 = x[x_m_call + 1] as f64
  let x2 = x[x_m_call + 2] as f64
  for n = 0 to 7 {
    let u_n = n
    let y_n = y_m_call + n
    y[y_n] = 0 f64 + x0 * u[u_n] as f64 + x1 * u[u_n + 7] as f64 + x2 * u[u_n + 14] as f64
  }
}
`);
  });

  it.each<[string, Schedule]>([
    ["there is no axis q", [{ kind: "split", axis: "q", factor: 2, tail: "exact" }]],
    ["m is split by 0", [{ kind: "split", axis: "m", factor: 0, tail: "exact" }]],
    [
      "m is split twice",
      [
        { kind: "split", axis: "m", factor: 2, tail: "exact" },
        { kind: "split", axis: "m", factor: 3, tail: "exact" },
      ],
    ],
    ["reorder does not name each of m n k once", [{ kind: "reorder", loops: ["m", "n"] }]],
    ["there is no loop q", [{ kind: "unroll", loop: "q" }]],
    ["javascript has 1 lane", [{ kind: "vectorise", loop: "n" }]],
    ["n is inside a sum or a tile and not unrolled", [{ kind: "reorder", loops: ["m", "k", "n"] }]],
    [
      "m is unrolled outside a rolled loop",
      [
        { kind: "reorder", loops: ["n", "m", "k"] },
        { kind: "unroll", loop: "m" },
      ],
    ],
    [
      "m_in is outside its blocks",
      [
        { kind: "split", axis: "m", factor: 2, tail: "exact" },
        { kind: "reorder", loops: ["m_in", "m", "n", "k"] },
      ],
    ],
    ["n is not the outermost loop", [{ kind: "repeat", loop: "n" }]],
    [
      "m cannot be repeated calls",
      [
        { kind: "split", axis: "m", factor: 2, tail: "exact" },
        { kind: "repeat", loop: "m" },
      ],
    ],
    [
      "the blocks of m are unrolled; unroll the whole axis instead",
      [
        { kind: "split", axis: "m", factor: 2, tail: "exact" },
        { kind: "unroll", loop: "m" },
      ],
    ],
    ["operand 7 is not read at one affine index", [{ kind: "stage", operand: 7 }]],
  ])("refuses: %s", (reason, schedule) => {
    expect(() => apply(schedule)).toThrow(reason);
  });
});

describe("a sum over what does not change", () => {
  const repeated = flatDense({
    name: "repeated",
    operands: [{ elementType: "f32", shape: [4] }],
    result: { elementType: "f32", shape: [4] },
    axes: [{ name: "n", extent: 4 }],
    sums: [{ name: "k", extent: 30 }],
    body: load(0, [on(0)]),
  });

  it("adds it as often as the loop turns", () => {
    expect(`\n${printKernel(applySchedule(repeated, [], javascriptTarget).kernel)}`).toBe(`
kernel repeated(read x: f32[4], write y: f32[4]) {
  for n = 0 to 4 {
    var a0 = 0 f64
    let x_n = n
    let x0 = x[x_n] as f64
    for k = 0 to 30 {
      a0 = a0 + x0
    }
    let y_n = n
    y[y_n] = a0
  }
}
`);
  });

  it("and as often as it is spelt out", () => {
    const schedule: Schedule = [
      { kind: "split", axis: "k", factor: 2, tail: "exact" },
      { kind: "unroll", loop: "k_in" },
    ];
    expect(printKernel(applySchedule(repeated, schedule, javascriptTarget).kernel)).toContain(`
    for k = 0 to 30 step 2 {
      a0 = a0 + x0
      a0 = a0 + x0
    }
`);
  });
});
