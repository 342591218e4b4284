/** Einsum is its definition: the sum over all letters that the result does not have of products of elements. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { eachPoint, offsetAt } from "../../../../src/ir/types/points.js";
import { elementCount, rowMajorStrides } from "../../../../src/ir/types/shape.js";
import { tensor, type Tensor } from "../../../../src/ir/types/tensor.js";
import { refusal, run, single } from "./importing.js";

const sizes: Readonly<Record<string, number>> = { a: 2, b: 3, c: 2, d: 4 };

interface Product {
  readonly terms: readonly string[];
  readonly output: string;
}

/** One to three operands with up to three letters each, which may stand twice; the result has some of them, once each. */
const products = fc
  .array(fc.array(fc.constantFrom("a", "b", "c", "d"), { maxLength: 3 }), { minLength: 1, maxLength: 3 })
  .chain((letters) => {
    const used = [...new Set(letters.flat())];
    return fc.record({
      terms: fc.constant(letters.map((each) => each.join(""))),
      output: fc.shuffledSubarray(used).map((each) => each.join("")),
    });
  });

function operandOf(term: string, seed: number): Tensor {
  const shape = [...term].map((letter) => sizes[letter]);
  return tensor(
    "f32",
    shape,
    Array.from({ length: elementCount(shape) }, (_, i) => ((i * 7 + seed * 3) % 5) - 2),
  );
}

function byDefinition({ terms, output }: Product, operands: readonly Tensor[]): readonly number[] {
  const letters = [...new Set([...output, ...terms.join("")])];
  const shape = [...output].map((letter) => sizes[letter]);
  const result = new Array<number>(elementCount(shape)).fill(0);
  eachPoint(
    letters.map((letter) => sizes[letter]),
    (point) => {
      const at = (term: string, of: readonly number[]) =>
        offsetAt(
          [...term].map((letter) => point[letters.indexOf(letter)]),
          rowMajorStrides(of),
        );
      const factors = operands.map(({ data, shape: own }, i) => Number(data[at(terms[i], own)]));
      result[at(output, shape)] += factors.reduce((product, factor) => product * factor, 1);
    },
  );
  return result;
}

async function evaluated(equation: string, operands: readonly Tensor[]): Promise<readonly number[]> {
  const names = operands.map((_, i) => `x${i}`);
  const spec = single("Einsum", 12, {
    inputs: operands.map(({ shape }, i) => ({ name: names[i], shape })),
    operands: names,
    attributes: { equation: { string: equation } },
  });
  const { y } = await run(spec, Object.fromEntries(operands.map((each, i) => [names[i], each])));
  return y as readonly number[];
}

test("any equation of up to three operands", async () => {
  await fc.assert(
    fc.asyncProperty(products, async (product) => {
      const operands = product.terms.map(operandOf);
      const found = await evaluated(`${product.terms.join(",")}->${product.output}`, operands);
      expect(found.map((each) => each + 0)).toEqual(byDefinition(product, operands).map((each) => each + 0));
    }),
    { numRuns: 60 },
  );
});

describe("an ellipsis", () => {
  test("stands for dimensions that broadcast", async () => {
    const [x, y] = [tensor("f32", [2, 1, 2], [1, 2, 3, 4]), tensor("f32", [3, 2], [1, 0, 0, 1, 1, 1])];
    expect(await evaluated("...i,...i->...", [x, y])).toEqual([1, 2, 3, 3, 4, 7]);
  });

  test("comes first where no result is given", async () => {
    expect(await evaluated("i...", [tensor("f32", [2, 2], [1, 2, 3, 4])])).toEqual([1, 3, 2, 4]);
  });
});

test.each(["ab", "a,b->", "a->b", "a->aa", "a..b->a", "1->"])("%s is no equation of one vector", async (equation) => {
  const spec = single("Einsum", 12, {
    inputs: [{ name: "x", shape: [2] }],
    attributes: { equation: { string: equation } },
  });
  expect((await refusal(spec))[0]?.code).toBe("import/attribute");
});
