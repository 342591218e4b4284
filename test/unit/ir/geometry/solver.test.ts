import { describe, expect, test } from "vitest";
import { constant, printLinear, symbol } from "../../../../src/ir/geometry/linear.js";
import { bounds, printCandidates } from "../../../../src/ir/geometry/solver/candidates.js";
import { solveCase } from "../../../../src/ir/geometry/solver/case.js";
import { printShape, solveFilter, type FilterFacts } from "../../../../src/ir/geometry/solver/filter.js";
import { solveDimensionPadding } from "../../../../src/ir/geometry/solver/free-padding.js";
import { misreadingOf } from "../../../../src/ir/geometry/solver/misreading.js";
import type { Convention, DimensionFacts, Problem } from "../../../../src/ir/geometry/solver/problem.js";

const nothing: DimensionFacts = {
  input: undefined,
  output: undefined,
  kernel: undefined,
  stride: undefined,
  dilation: 1,
  outputPadding: undefined,
};

function transposed(facts: Partial<DimensionFacts>, convention: Convention = "tensorflow"): Problem {
  return {
    operation: "conv_transpose",
    convention,
    dimensions: [{ ...nothing, ...facts }],
    padding: undefined,
    ceilMode: false,
  };
}

const same = { kind: "same", oddEnd: "high" } as const;
const valid = { kind: "valid" } as const;

describe("7 to 14 with stride 2", () => {
  const problem = transposed({ input: constant(7), output: constant(14), stride: 2 });

  test("SAME takes every kernel, and 13 as well as 14", () => {
    const { possible, dimensions } = solveCase(problem, same);
    expect(possible).toBe(true);
    expect(printCandidates(dimensions[0].answer.kernel)).toBe("1 or more");
    expect(bounds(dimensions[0].answer.output)).toEqual([13, 14]);
    expect(dimensions[0].total && printLinear(dimensions[0].total)).toBe("k - 2");
  });

  test("VALID takes kernels 1 and 2", () => {
    const { dimensions } = solveCase(problem, valid);
    expect(bounds(dimensions[0].answer.kernel)).toEqual([1, 2]);
    expect(printCandidates(dimensions[0].answer.output)).toBe("k + 12 or k + 13");
  });
});

test("a missing stride: 10 to 250 under SAME takes 25, 26 and 27", () => {
  const { dimensions } = solveCase(transposed({ input: constant(10), output: constant(250) }), same);
  expect(printCandidates(dimensions[0].answer.stride)).toBe("25, 26 or 27");
});

test("names: T to 300T takes stride 300", () => {
  const { dimensions } = solveCase(transposed({ input: symbol("T"), output: symbol("T", 300) }), same);
  expect(bounds(dimensions[0].answer.stride)).toEqual([300, 300]);
});

test("a missing input", () => {
  const { dimensions } = solveCase(transposed({ output: constant(28), stride: 2 }), same);
  expect(bounds(dimensions[0].answer.input)).toEqual([14, 14]);
});

describe("open padding", () => {
  const solve = (facts: Partial<DimensionFacts>, convention: Convention = "pytorch") => {
    const problem = transposed(facts, convention);
    return solveDimensionPadding(problem, problem.dimensions[0]);
  };

  test("T to 15T with kernel 30: padding 8 and output padding 1", () => {
    const { settings } = solve({ input: symbol("T"), output: symbol("T", 15), kernel: 30, stride: 15 });
    expect(settings[0]).toEqual({ padding: [8, 8], outputPadding: 1 });
  });

  test("L to L with an even kernel at stride 1 does not exist", () => {
    const { settings, nearest } = solve({ input: symbol("L"), output: symbol("L"), kernel: 4, stride: 1 });
    expect(settings).toEqual([]);
    expect(nearest.map(({ padding, output }) => [padding, printLinear(output)])).toEqual([
      [1, "L + 1"],
      [2, "L - 1"],
    ]);
  });

  test("ONNX puts the odd pad of output_shape at the start", () => {
    const facts = { input: constant(5), output: constant(10), kernel: 3, stride: 2 };
    expect(solve(facts, "onnx").settings[0].padding).toEqual([1, 0]);
  });
});

describe("filters", () => {
  const facts: FilterFacts = {
    operation: "conv_transpose",
    convention: "tensorflow",
    rank: 2,
    groups: 1,
    input: constant(128),
    output: constant(64),
    kernel: [undefined, undefined],
    filter: undefined,
  };
  const sizes = (...list: number[]) => list.map(constant);

  test("layouts of each framework", () => {
    expect(printShape(solveFilter(facts).shape)).toBe("[kh, kw, 64, 128]");
    expect(printShape(solveFilter(facts).twin)).toBe("[kh, kw, 128, 64]");
    expect(printShape(solveFilter({ ...facts, convention: "pytorch" }).shape)).toBe("[128, 64, kh, kw]");
    expect(printShape(solveFilter({ ...facts, convention: "onnx", operation: "conv" }).shape)).toBe(
      "[64, 128, kh, kw]",
    );
  });

  test("groups divide one side", () => {
    const grouped = {
      ...facts,
      convention: "pytorch",
      input: constant(10),
      output: constant(30),
      groups: 2,
      kernel: sizes(5, 5),
    } as const;
    expect(printShape(solveFilter(grouped).shape)).toBe("[10, 15, 5, 5]");
    expect(printShape(solveFilter(grouped).twin)).toBe("[30, 5, 5, 5]");
  });

  test("depthwise: [kernel, in, multiplier] or [out, 1, kernel]", () => {
    const depthwise = {
      ...facts,
      operation: "conv",
      groups: "depthwise",
      input: constant(16),
      output: constant(32),
    } as const;
    expect(printShape(solveFilter(depthwise).shape)).toBe("[kh, kw, 16, 2]");
    expect(printShape(solveFilter({ ...depthwise, convention: "pytorch" }).shape)).toBe("[32, 1, kh, kw]");
    expect(printShape([solveFilter({ ...depthwise, output: undefined, filter: sizes(3, 3, 16, 4) }).output])).toBe(
      "[64]",
    );
  });

  test("a filter in another order of axes is recognised", () => {
    const tflite = solveFilter({
      ...facts,
      operation: "conv",
      input: constant(64),
      output: undefined,
      filter: sizes(64, 3, 3, 64),
    });
    expect(tflite.complaint?.rearrange?.permutation).toEqual([1, 2, 3, 0]);
    expect(printShape(tflite.shape)).toBe("[3, 3, 64, 64]");
    const swapped = {
      ...facts,
      convention: "pytorch",
      input: constant(1024),
      output: undefined,
      filter: sizes(128, 1024, 4, 4),
    } as const;
    expect(solveFilter(swapped).complaint?.rearrange?.permutation).toEqual([1, 0, 2, 3]);
    expect(printShape(solveFilter(swapped).shape)).toBe("[1024, 128, 4, 4]");
  });

  test("a filter that fits no order", () => {
    const wrong = solveFilter({ ...facts, filter: sizes(3, 3, 5, 7) });
    expect(wrong.complaint).toEqual({ given: "[3, 3, 5, 7]", reason: "axis 3 counts input channels = 128, but is 7" });
    expect(solveFilter({ ...facts, filter: sizes(3, 3) }).complaint?.reason).toBe("a filter here has 4 axes");
  });
});

describe("slips", () => {
  const facts = {
    input: 128,
    window: { kernel: 4, stride: 4, dilation: 1 },
    padding: [0, 0],
    outputPadding: 0,
  } as const;

  test.each([
    [509, facts, "leaves out dilation * (kernel - 1)"],
    [4, { ...facts, input: 2, window: { kernel: 3, stride: 1, dilation: 1 }, padding: [1, 1] }, "is the full result"],
    [96, { ...facts, input: 10, window: { kernel: 16, stride: 8, dilation: 1 }, outputPadding: 1 }, "= 7 too long"],
    [
      16,
      { ...facts, input: 8, window: { kernel: 3, stride: 2, dilation: 1 }, padding: [1, 1] },
      "which is SAME's size",
    ],
  ] as const)("%d", (found, own, slip) => {
    expect(misreadingOf(found, own)).toContain(slip);
  });

  test("a right size is no slip", () => {
    expect(misreadingOf(512, facts)).toBeUndefined();
    expect(misreadingOf(1000, facts)).toBeUndefined();
  });
});

describe("formulas", () => {
  test("print terms first, and no factor of one", () => {
    expect(printLinear({ constant: -2, terms: [["k", 1]] })).toBe("k - 2");
    expect(printLinear({ constant: 0, terms: [["T", 300]] })).toBe("300T");
    expect(printLinear({ constant: 1, terms: [["k", -1]] })).toBe("-k + 1");
    expect(printLinear(constant(-3))).toBe("-3");
  });
});
