/** The printed JavaScript does what the interpreter does, over every function, conversion and element type. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { interpretKernel } from "../../src/ir/loops/interpret.js";
import type { Kernel } from "../../src/ir/loops/kernel.js";
import { parseKernel } from "../../src/ir/loops/parse.js";
import { printKernel } from "../../src/ir/loops/print.js";
import { kernelProblems } from "../../src/ir/loops/verify.js";
import { allocate, isBigIntArray, type TypedArray } from "../../src/ir/types/element-type.js";
import { arbitraryKernel } from "../support/arbitrary-kernel.js";
import { compileKernel } from "../support/run-kernel.js";

const bits = fc.array(fc.integer({ min: 0, max: 255 }), { minLength: 32, maxLength: 32 });

/** Memory for a kernel's parameters; operands hold `bytes`, but bool is 0 or 1. */
function memories({ parameters }: Kernel, bytes: readonly number[]): TypedArray[] {
  return parameters.map(({ elementType, length, access }) => {
    const array = allocate(elementType, length);
    if (access === "write") return array;
    const raw = new Uint8Array(array.buffer);
    raw.set(bytes.slice(0, raw.length));
    if (elementType === "bool") raw.forEach((byte, i) => (raw[i] = byte & 1));
    return array;
  });
}

/** The result's numbers, every NaN alike. */
function resultOf(arrays: readonly TypedArray[]): readonly (number | bigint)[] {
  const result = arrays.at(-1);
  if (result === undefined) return [];
  return isBigIntArray(result) ? [...result] : [...result];
}

describe("straight-line kernels", () => {
  it("verify, and give the same as JavaScript and in the interpreter", () => {
    fc.assert(
      fc.property(arbitraryKernel(3), bits, (kernel, bytes) => {
        expect(kernelProblems(kernel)).toEqual([]);
        const [interpreted, compiled] = [memories(kernel, bytes), memories(kernel, bytes)];
        interpretKernel(
          kernel,
          interpreted.map((array) => ({ array, offset: 0 })),
        );
        compileKernel(kernel)(compiled, []);
        expect(resultOf(compiled)).toEqual(resultOf(interpreted));
      }),
      { numRuns: 1000 },
    );
  });

  it("read back from their text", () => {
    fc.assert(
      fc.property(arbitraryKernel(3), (kernel) => {
        expect(parseKernel(printKernel(kernel))).toEqual(kernel);
      }),
      { numRuns: 500 },
    );
  });
});
