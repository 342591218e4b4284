import { describe, expect, it } from "vitest";
import { binary, compare, integer, literal, load, store, variable } from "../../../../src/ir/loops/build.js";
import type { Kernel } from "../../../../src/ir/loops/kernel.js";
import { parseKernel } from "../../../../src/ir/loops/parse.js";
import { kernelProblems, verifyKernel } from "../../../../src/ir/loops/verify.js";

const problemsOf = (body: string): readonly string[] =>
  kernelProblems(parseKernel(`kernel k(read x: f32[10], read n: i32[10], write y: f32[10]) {\n${body}\n}`));

describe("kernels that verify", () => {
  it.each([
    "for i = 0 to 10 { y[i] = x[9 - i] }",
    "for i = 0 to 10 step 3 { y[i] = x[i] }",
    "for i = 0 to 2 { let p = i * 5 for j = 0 to 5 { let q = p + j y[q] = x[q - i * 5] } }",
    "for i = 0 to 10 { y[minimum(i * 3, 9)] = x[divide(i, 2)] }",
    "for i = 0 to 40 { y[modulo(i, 10)] = x[i / 4] }",
    "y[n[0]] = x[n[1]]",
    "for i = 0 to 20 { if i < 10 { y[i] = x[i] } }",
  ])("%s", (body) => {
    expect(problemsOf(body)).toEqual([]);
  });
});

describe("kernels that do not", () => {
  it.each([
    ["for i = 0 to 11 { y[i] = x[0] }", "y has 10 elements and is indexed from 0 to 10"],
    ["for i = 0 to 10 { y[i] = x[i - 1] }", "x has 10 elements and is indexed from -1 to 8"],
    ["for i = 0 to 4 { let p = i * 3 y[p + 1] = x[0] }", "y has 10 elements and is indexed from 1 to 10"],
    ["for i = 0 to 20 { y[modulo(i, 11)] = x[0] }", "y has 10 elements and is indexed from 0 to 10"],
    ["x[0] = x[1]", "x is stored to but is read only"],
    ["y[0] = y[1]", "y is loaded but is write only"],
    ["y[0] = n[0]", "a i32 is stored to y, which is f32"],
    ["y[0] = x[0] + f64(x[1])", "a binary of f64 says it is f32"],
    ["let a = 1 let a = 2", "a is bound twice"],
    ["a = 1", "a is assigned but is no variable here"],
    ["let a = 1 a = 2", "a is assigned but is no variable here"],
    ["var a = 1 a = 2 f64", "a is i32 and is assigned f64"],
    ["for i = 0 f64 to 4 { }", "the bounds of i are not i32"],
    ["if 1 { }", "a condition is not bool"],
    ["y[x[0]] = x[0]", "an index of y is f32"],
  ])("%s", (body, problem) => {
    expect(problemsOf(body)).toContain(problem);
  });

  const kernel = (value: Parameters<typeof store>[2], name = "k"): Kernel => ({
    name,
    parameters: [{ name: "y", elementType: "f32", length: 1, access: "write" }],
    body: [store({ name: "y" }, integer(0), value)],
  });

  it("have names that are no identifiers, or not bound where they are used", () => {
    expect(kernelProblems(kernel(literal("f32", 0), "a b"))).toContain('"a b" is not an identifier');
    expect(kernelProblems(kernel(literal("f32", 0), "for"))).toContain("for is a word of the text form");
    expect(kernelProblems(kernel(variable("nowhere", "f32")))).toContain("nowhere is not bound here");
    expect(kernelProblems(kernel(load({ name: "z", elementType: "f32" }, integer(0))))).toContain("z is no parameter");
  });

  it("hold numbers that are no i32, comparisons of two types, unknown stores", () => {
    const half = literal("i32", 0.5);
    expect(kernelProblems(kernel(half))).toContain("0.5 is no i32");
    const mixed = compare("less", integer(1), literal("f32", 1));
    expect(kernelProblems(kernel(mixed))).toContain("less of i32 and f32");
    const elsewhere = { ...kernel(integer(1)), body: [store({ name: "q" }, integer(0), integer(0))] };
    expect(kernelProblems(elsewhere)).toContain("q is no parameter");
  });

  it("are refused as ours", () => {
    const wrong = kernel(binary("add", integer(1), integer(2)));
    expect(() => verifyKernel(wrong)).toThrow(/internal\/invariant[^]*kernel k/);
  });
});
