/** Operators that are composed of others, held to laws that their definitions have. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { tensor } from "../../../../src/ir/types/tensor.js";
import { int64s, refusal, run, single } from "./importing.js";

const scalar = (name: string, value: number) => ({ ...int64s(name, value), shape: [] });

async function transformed(n: number, values: readonly number[], inverse: boolean): Promise<readonly number[]> {
  const spec = single("DFT", 20, {
    inputs: [{ name: "x", type: "f64", shape: [1, n, 2] }],
    attributes: { inverse: { int: Number(inverse) } },
  });
  const { y } = await run(spec, { x: tensor("f64", [1, n, 2], values) });
  return y as readonly number[];
}

test("a DFT and its inverse give what there was, for any length", async () => {
  const signals = fc
    .integer({ min: 1, max: 12 })
    .chain((n) => fc.array(fc.integer({ min: -9, max: 9 }), { minLength: 2 * n, maxLength: 2 * n }));
  await fc.assert(
    fc.asyncProperty(signals, async (signal) => {
      const back = await transformed(signal.length / 2, await transformed(signal.length / 2, signal, false), true);
      back.forEach((value, i) => expect(value).toBeCloseTo(signal[i], 9));
    }),
    { numRuns: 20 },
  );
});

test("a DFT whose lengths are multiples of four gives whole numbers of whole numbers at quarter turns", async () => {
  expect(await transformed(4, [1, 0, 2, 0, 3, 0, 4, 0], false)).toEqual([10, 0, -2, 2, -2, 0, -2, -2]);
});

/** Σ over permutations of signed products. */
function leibniz(matrix: readonly (readonly number[])[]): number {
  if (matrix.length === 0) return 1;
  const [first, ...rest] = matrix;
  return first.reduce((sum, element, column) => {
    const minor = rest.map((row) => row.filter((_, i) => i !== column));
    return sum + (column % 2 === 0 ? 1 : -1) * element * leibniz(minor);
  }, 0);
}

test("Det is the sum over all permutations, of singular matrices too", async () => {
  const matrices = fc.integer({ min: 1, max: 5 }).chain((n) =>
    fc.array(fc.array(fc.integer({ min: -2, max: 2 }), { minLength: n, maxLength: n }), {
      minLength: n,
      maxLength: n,
    }),
  );
  await fc.assert(
    fc.asyncProperty(matrices, async (matrix) => {
      const n = matrix.length;
      const spec = single("Det", 11, { inputs: [{ name: "x", type: "f64", shape: [n, n] }] });
      const { y } = await run(spec, { x: tensor("f64", [n, n], matrix.flat()) });
      expect(y[0]).toBeCloseTo(leibniz(matrix), 9);
    }),
    { numRuns: 40 },
  );
});

describe("GridSample", () => {
  test.each(["zeros", "border", "reflection"])(
    "at the pixels' own places gives the image, padding by %s",
    async (padding) => {
      const grid = [-1, 0, 1].flatMap((y) => [-1, -1 / 3, 1 / 3, 1].flatMap((x) => [x, y]));
      const spec = single("GridSample", 20, {
        inputs: [
          { name: "x", type: "f64", shape: [1, 1, 3, 4] },
          { name: "grid", type: "f64", shape: [1, 3, 4, 2] },
        ],
        attributes: { align_corners: { int: 1 }, padding_mode: { string: padding }, mode: { string: "cubic" } },
      });
      const image = Array.from({ length: 12 }, (_, i) => i * i);
      const { y } = await run(spec, {
        x: tensor("f64", [1, 1, 3, 4], image),
        grid: tensor("f64", [1, 3, 4, 2], grid),
      });
      y.forEach((value, i) => expect(value).toBeCloseTo(image[i], 9));
    },
  );
});

test("resizing keeps a constant, whatever mixes it", async () => {
  for (const mode of ["linear", "cubic"])
    for (const antialias of [0, 1])
      for (const size of [1, 2, 3, 7, 12]) {
        const spec = single("Resize", 18, {
          inputs: [{ name: "x", shape: [5] }],
          initializers: [int64s("sizes", size)],
          operands: ["x", "", "", "sizes"],
          attributes: { mode: { string: mode }, antialias: { int: antialias } },
        });
        const { y } = await run(spec, { x: tensor("f32", [5], [3, 3, 3, 3, 3]) });
        expect(y).toHaveLength(size);
        y.forEach((value) => expect(value).toBeCloseTo(3, 5));
      }
});

test("TopK of all elements sorts", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.integer({ min: -9, max: 9 }), { minLength: 1, maxLength: 12 }), async (list) => {
      const spec = single("TopK", 11, {
        inputs: [{ name: "x", shape: [list.length] }],
        initializers: [int64s("k", list.length)],
        outputs: ["y", "at"],
        attributes: { largest: { int: 0 } },
      });
      const { y, at } = await run(spec, { x: tensor("f32", [list.length], list) });
      expect(y).toEqual([...list].sort((a, b) => a - b));
      expect(at.map((index) => list[Number(index)])).toEqual(y);
    }),
    { numRuns: 30 },
  );
});

test("rows of an attention that may attend to nothing are 0", async () => {
  const shape = [1, 1, 2, 2];
  const spec = single("Attention", 23, {
    inputs: [
      ...["q", "k", "v"].map((name) => ({ name, shape })),
      { name: "mask", type: "bool" as const, shape: [2, 2] },
    ],
  });
  const ones = tensor("f32", shape, [1, 2, 3, 4]);
  const given = { q: ones, k: ones, v: ones, mask: tensor("bool", [2, 2], [0, 0, 0, 1]) };
  expect(await run(spec, given)).toEqual({ y: [0, 0, 3, 4] });
});

describe("refused", () => {
  test("regions whose number of samples depends on their size", async () => {
    const spec = single("RoiAlign", 16, {
      inputs: [
        { name: "x", shape: [1, 1, 4, 4] },
        { name: "rois", shape: [1, 4] },
        { name: "batch", type: "i64", shape: [1] },
      ],
    });
    expect((await refusal(spec)).map(({ code }) => code)).toEqual(["import/unsupported-form"]);
  });

  test("windows and transforms of impossible sizes", async () => {
    const window = single("HannWindow", 17, { initializers: [scalar("size", -1)] });
    expect((await refusal(window)).map(({ code }) => code)).toEqual(["import/shape"]);
    const large = single("HannWindow", 17, { initializers: [scalar("size", 2 ** 24)] });
    expect((await refusal(large)).map(({ code }) => code)).toEqual(["import/limit"]);
    const dft = single("DFT", 20, { inputs: [{ name: "x", shape: [1, 4, 1] }], initializers: [scalar("n", 0)] });
    expect((await refusal(dft)).map(({ code }) => code)).toEqual(["import/shape"]);
  });
});
