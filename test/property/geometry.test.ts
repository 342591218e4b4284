/** Window arithmetic, phases, the solver and the wordings against counting and scattering one position at a time. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { UnstrideError } from "../../src/diagnostics/error.js";
import { convTransposeWording } from "../../src/ir/geometry/conversion/conv-transpose-wording.js";
import { convWording } from "../../src/ir/geometry/conversion/conv-wording.js";
import type { Wording } from "../../src/ir/geometry/conversion/wording.js";
import { jaxConvTranspose } from "../../src/ir/geometry/conventions/jax.js";
import { kerasConvTranspose } from "../../src/ir/geometry/conventions/keras.js";
import { onnxConv, onnxConvTranspose } from "../../src/ir/geometry/conventions/onnx.js";
import { pytorchConv, pytorchConvTranspose } from "../../src/ir/geometry/conventions/pytorch.js";
import {
  tensorflowConv,
  tensorflowConvTranspose,
  tensorflowOutputSizes,
} from "../../src/ir/geometry/conventions/tensorflow.js";
import { explicitConvTranspose } from "../../src/ir/geometry/explicit.js";
import { constant, numberOf, plus, symbol } from "../../src/ir/geometry/linear.js";
import { contributionCounts, phaseConv, transposePhases } from "../../src/ir/geometry/phases.js";
import { contains, type Candidates } from "../../src/ir/geometry/solver/candidates.js";
import { solveDimension } from "../../src/ir/geometry/solver/dimension.js";
import type { Convention } from "../../src/ir/geometry/solver/problem.js";
import type { ConvGeometry, ConvTransposeGeometry, Spatial } from "../../src/ir/geometry/spatial.js";
import {
  convOutputSize,
  convTransposeOutputSize,
  poolOutputSize,
  type Padding,
  type Window,
} from "../../src/ir/geometry/window.js";
import { ceilPoolCount, convCount, sameCount, scatter, sizesWith, transposed } from "../support/window-oracle.js";

const size = fc.integer({ min: 1, max: 9 });
const pad = fc.integer({ min: -3, max: 4 });
const padding = fc.tuple(pad, pad);
const window = fc.record({
  kernel: fc.integer({ min: 1, max: 6 }),
  stride: fc.integer({ min: 1, max: 5 }),
  dilation: fc.integer({ min: 1, max: 4 }),
});

/** Beyond every size that the windows above can make of an input of at most 9. */
const limit = 80;

const spatialOf = (input: number, { kernel, stride, dilation }: Window): Spatial => ({
  input: [input],
  kernel: [kernel],
  strides: [stride],
  dilations: [dilation],
});

const outputPaddingOf = (extra: number, { stride, dilation }: Window) => extra % Math.max(stride, dilation);

describe("sizes are counts of windows", () => {
  test("convolution", () => {
    fc.assert(
      fc.property(size, window, padding, (input, own, pads) => {
        expect(convOutputSize(input, own.kernel, own.stride, own.dilation, pads)).toBe(convCount(input, own, pads));
      }),
    );
  });

  test("pooling that rounds up", () => {
    const pads = fc.tuple(fc.integer({ min: 0, max: 3 }), fc.integer({ min: 0, max: 3 }));
    fc.assert(
      fc.property(size, window, pads, (input, own, own_pads) => {
        fc.pre(convCount(input, own, own_pads) > 0);
        const found = poolOutputSize(input, own.kernel, own.stride, own.dilation, own_pads, true);
        expect(found).toBe(ceilPoolCount(input, own, own_pads));
      }),
    );
  });

  test("transposed convolution", () => {
    fc.assert(
      fc.property(size, window, padding, fc.nat(4), (input, own, pads, extra) => {
        const x = new Array<number>(input).fill(1);
        const weights = new Array<number>(own.kernel).fill(1);
        const found = convTransposeOutputSize(input, own.kernel, own.stride, own.dilation, pads, extra);
        expect(found).toBe(transposed(x, weights, own, pads, extra).length);
      }),
    );
  });

  test("TensorFlow's legal outputs are the sizes its convolutions map to the input", () => {
    fc.assert(
      fc.property(size, window, (input, own) => {
        const same = tensorflowOutputSizes(input, own, "SAME");
        const valid = tensorflowOutputSizes(input, own, "VALID");
        const between = (range: { min: number; max: number }) =>
          sizesWith(limit, (n) => n >= range.min && n <= range.max);
        expect(between(same)).toEqual(sizesWith(limit, (output) => sameCount(output, own.stride) === input));
        expect(between(valid)).toEqual(sizesWith(limit, (output) => convCount(output, own, [0, 0]) === input));
      }),
    );
  });

  test("a transposed convolution crops what its forward convolution pads", () => {
    fc.assert(
      fc.property(size, window, fc.nat(4), (input, own, choice) => {
        const { min, max } = tensorflowOutputSizes(input, own, "SAME");
        const output = min + (choice % (max - min + 1));
        const backward = tensorflowConvTranspose(spatialOf(input, own), [output], "SAME");
        const forward = tensorflowConv(spatialOf(output, own), "SAME");
        expect(backward.padding).toEqual(forward.padding);
        expect(forward.output).toEqual([input]);
      }),
    );
  });
});

/** A transposed convolution in one dimension with something left, and small whole numbers to run through it. */
const example = fc
  .record({
    input: size,
    own: window,
    pads: padding,
    extra: fc.nat(4),
    seed: fc.infiniteStream(fc.integer({ min: -4, max: 4 })),
  })
  .map(({ input, own, pads, extra, seed }) => {
    const numbers = (count: number) => Array.from({ length: count }, () => Number(seed.next().value));
    return { own, pads, extra: outputPaddingOf(extra, own), x: numbers(input), weights: numbers(own.kernel) };
  })
  .filter(({ own, pads, extra, x, weights }) => transposed(x, weights, own, pads, extra).length > 0);

describe("phases", () => {
  test("output[first + j * stride] = sum of input[j + offset] * w[tap]", () => {
    fc.assert(
      fc.property(example, ({ own, pads, extra, x, weights }) => {
        const expected = transposed(x, weights, own, pads, extra);
        const found = new Array<number>(expected.length).fill(Number.NaN);
        for (const { firstOutput, outputCount, taps } of transposePhases(own, pads[0], expected.length)) {
          for (let j = 0; j < outputCount; j++) {
            const products = taps.map(({ tap, inputOffset }) => (x[j + inputOffset] ?? 0) * weights[tap]);
            found[firstOutput + j * own.stride] = products.reduce((sum, product) => sum + product, 0);
          }
        }
        expect(found).toEqual(expected);
      }),
    );
  });

  test("taps stand by ascending offset, evenly spaced, and every tap is in exactly one phase of a whole period", () => {
    fc.assert(
      fc.property(window, pad, (own, low) => {
        const phases = transposePhases(own, low, own.stride);
        const taps = phases.flatMap((phase) => phase.taps.map(({ tap }) => tap)).sort((a, b) => a - b);
        expect(taps).toEqual(Array.from({ length: own.kernel }, (_, tap) => tap));
        for (const phase of phases) {
          const offsets = phase.taps.map(({ inputOffset }) => inputOffset);
          expect(offsets).toEqual([...offsets].sort((a, b) => a - b));
          expect(new Set(offsets.slice(1).map((offset, j) => offset - offsets[j])).size).toBeLessThan(2);
        }
      }),
    );
  });

  test("a phase is a stride-one convolution with as many outputs", () => {
    fc.assert(
      fc.property(example, ({ own, pads, extra, x, weights }) => {
        const output = transposed(x, weights, own, pads, extra).length;
        for (const phase of transposePhases(own, pads[0], output)) {
          const conv = phaseConv(phase, x.length);
          if (!conv) continue;
          const { kernel, dilation } = conv;
          expect(convCount(x.length, { kernel, stride: 1, dilation }, conv.padding)).toBe(phase.outputCount);
        }
      }),
    );
  });

  test("contributions are what ones give", () => {
    fc.assert(
      fc.property(example, ({ own, pads, extra, x, weights }) => {
        const ones = (values: readonly number[]) => values.map(() => 1);
        const expected = transposed(ones(x), ones(weights), own, pads, extra);
        expect(contributionCounts(x.length, own, pads[0], expected.length)).toEqual(expected);
      }),
    );
  });
});

/** What an arbitrary makes. */
type Made<Arbitrary> = Arbitrary extends fc.Arbitrary<infer Value> ? Value : never;

/** Candidates as the sizes up to the limit that they admit. */
const admitted = (candidates: Candidates) =>
  sizesWith(limit, (value) => contains(candidates, constant(value)) !== false);

describe("the solver answers what trying every number answers", () => {
  const count = (rule: "same" | Padding, large: number, own: Window) =>
    rule === "same" ? sameCount(large, own.stride) : convCount(large, own, rule);
  const rule = fc.oneof(fc.constant("same" as const), padding);
  const known = fc.record({
    large: fc.integer({ min: 1, max: 30 }),
    small: size,
    own: window,
    pads: rule,
    transposed: fc.boolean(),
  });
  type Known = Made<typeof known>;
  const solved = ({ large, small, own, pads, transposed: up }: Known, left: Partial<Record<string, undefined>>) => {
    const sides = up ? { input: small, output: large } : { input: large, output: small };
    const given = Object.fromEntries(Object.entries(sides).map(([side, value]) => [side, constant(value)]));
    const facts = { input: given["input"], output: given["output"], ...own, outputPadding: undefined, ...left };
    return solveDimension(facts, { transposed: up, size: pads === "same" ? "same" : { total: pads[0] + pads[1] } });
  };

  test("input", () => {
    fc.assert(
      fc.property(known, (problem) => {
        const { large, small, own, pads, transposed: up } = problem;
        const expected = sizesWith(limit, (value) =>
          up ? value === count(pads, large, own) : small === count(pads, value, own),
        );
        expect(admitted(solved(problem, { input: undefined }).input)).toEqual(expected);
      }),
    );
  });

  test("output", () => {
    fc.assert(
      fc.property(known, (problem) => {
        const { large, small, own, pads, transposed: up } = problem;
        const expected = sizesWith(limit, (value) =>
          up ? small === count(pads, value, own) : value === count(pads, large, own),
        );
        expect(admitted(solved(problem, { output: undefined }).output)).toEqual(expected);
      }),
    );
  });

  test("kernel", () => {
    fc.assert(
      fc.property(known, (problem) => {
        const { large, small, own, pads } = problem;
        const expected = sizesWith(limit, (kernel) => small === count(pads, large, { ...own, kernel }));
        expect(admitted(solved(problem, { kernel: undefined }).kernel)).toEqual(expected);
      }),
    );
  });

  test("stride", () => {
    fc.assert(
      fc.property(known, (problem) => {
        const { large, small, own, pads } = problem;
        const expected = sizesWith(limit, (stride) => small === count(pads, large, { ...own, stride }));
        expect(admitted(solved(problem, { stride: undefined }).stride)).toEqual(expected);
      }),
    );
  });

  test("whether all of it is possible", () => {
    fc.assert(
      fc.property(known, (problem) => {
        const { large, small, own, pads } = problem;
        expect(solved(problem, {}).possible).toBe(small === count(pads, large, own));
      }),
    );
  });

  test("a name instead of a number gives the formula of the number", () => {
    fc.assert(
      fc.property(size, window, fc.tuple(fc.nat(3), fc.nat(3)), (input, own, pads) => {
        const facts = { ...own, input: symbol("T"), output: undefined, outputPadding: undefined };
        const { output } = solveDimension(facts, { transposed: true, size: { total: pads[0] + pads[1] } });
        if (output.kind !== "range") return expect.fail("a formula was expected");
        const least = output.min.terms.reduce(
          (sum, [, factor]) => plus(sum, factor * input),
          constant(output.min.constant),
        );
        const expected = (input - 1) * own.stride + own.dilation * (own.kernel - 1) + 1 - pads[0] - pads[1];
        expect(numberOf(least)).toBe(expected);
      }),
    );
  });
});

const conventions: readonly Convention[] = ["tensorflow", "keras", "pytorch", "onnx", "jax"];

/** An exact wording, resolved by the convention it is for. */
function resolveTranspose(spatial: Spatial, wording: Extract<Wording, { kind: "exact" }>): ConvTransposeGeometry {
  const words = Object.fromEntries(wording.arguments.map(({ name, value }) => [name, value]));
  const list = (name: string) => words[name] as readonly number[] | undefined;
  const pairs = words["padding"] as readonly Padding[];
  switch (wording.convention) {
    case "tensorflow": {
      const named = typeof words["padding"] === "string" ? (words["padding"] as "SAME") : pairs.slice(1, -1);
      return tensorflowConvTranspose(spatial, list("output_shape") ?? [], named);
    }
    case "keras":
      return kerasConvTranspose(spatial, words["padding"] as "same", list("output_padding") ?? undefined);
    case "pytorch":
      return pytorchConvTranspose(spatial, list("padding") ?? [], { outputPadding: list("output_padding") ?? [] });
    case "onnx": {
      const outputPadding = list("output_padding");
      return onnxConvTranspose(spatial, {
        autoPad: "NOTSET",
        pads: list("pads") ?? [],
        ...(outputPadding && { outputPadding }),
      });
    }
    case "jax":
      return jaxConvTranspose(spatial, pairs);
  }
}

function resolveConv(spatial: Spatial, wording: Extract<Wording, { kind: "exact" }>): ConvGeometry {
  const words = Object.fromEntries(wording.arguments.map(({ name, value }) => [name, value]));
  if (wording.convention === "pytorch") return pytorchConv(spatial, words["padding"] as readonly number[]);
  if (wording.convention === "onnx")
    return onnxConv(spatial, { autoPad: "NOTSET", pads: words["pads"] as readonly number[] });
  if (typeof words["padding"] === "string") return tensorflowConv(spatial, words["padding"].toUpperCase() as "SAME");
  const pairs = words["padding"] as readonly Padding[];
  return tensorflowConv(spatial, pairs.length > spatial.input.length ? pairs.slice(1, -1) : pairs);
}

describe("wordings", () => {
  const square = (input: number, own: Window): Spatial => ({
    input: [input, input],
    kernel: [own.kernel, own.kernel],
    strides: [own.stride, own.stride],
    dilations: [own.dilation, own.dilation],
  });

  test("of a transposed convolution mean that transposed convolution, where they exist", () => {
    fc.assert(
      fc.property(size, window, padding, fc.nat(4), fc.boolean(), (input, own, pads, extra, flat) => {
        const outputPadding = outputPaddingOf(extra, own);
        fc.pre(convTransposeOutputSize(input, own.kernel, own.stride, own.dilation, pads, outputPadding) > 0);
        const { output } = explicitConvTranspose(input, own, pads, outputPadding);
        const spatial = flat ? square(input, own) : spatialOf(input, own);
        const geometry = {
          padding: spatial.input.map(() => pads),
          outputPadding: spatial.input.map(() => outputPadding),
          output: spatial.input.map(() => output),
        };
        for (const convention of conventions) {
          const wording = convTransposeWording(spatial, geometry, convention);
          if (wording.kind !== "exact") continue;
          const meant = resolveTranspose(spatial, wording);
          expect([convention, meant.output, meant.padding.map(([low]) => low)]).toEqual([
            convention,
            geometry.output,
            geometry.padding.map(([low]) => low),
          ]);
        }
      }),
      { numRuns: 500 },
    );
  });

  test("of a convolution mean that convolution, where they exist", () => {
    fc.assert(
      fc.property(size, window, padding, fc.boolean(), (input, own, pads, flat) => {
        const count = convCount(input, own, pads);
        fc.pre(count > 0);
        const spatial = flat ? square(input, own) : spatialOf(input, own);
        const geometry = { padding: spatial.input.map(() => pads), output: spatial.input.map(() => count) };
        for (const convention of conventions) {
          const wording = convWording(spatial, geometry, convention);
          if (wording.kind !== "exact") continue;
          const meant = resolveConv(spatial, wording);
          expect(meant.output).toEqual(geometry.output);
          expect(meant.padding.map(([low]) => low)).toEqual(geometry.padding.map(([low]) => low));
        }
      }),
      { numRuns: 500 },
    );
  });
});

test("phases sum to the scattered result before anything is cropped", () => {
  fc.assert(
    fc.property(example, ({ own, x, weights }) => {
      const full = scatter(x, weights, own);
      const counts = transposePhases(own, 0, full.length).map(({ outputCount }) => outputCount);
      expect(counts.reduce((sum, count) => sum + count, 0)).toBe(full.length);
    }),
  );
});

test("any numbers at all are answered, or refused by an error of the catalogue", () => {
  const anything = fc.oneof(fc.integer({ min: -3, max: 12 }), fc.constantFrom(Number.NaN, 1e30, 2 ** 31 - 1, 0.5, -0));
  fc.assert(
    fc.property(anything, anything, anything, anything, anything, (input, kernel, stride, dilation, output) => {
      const spatial = { input: [input], kernel: [kernel], strides: [stride], dilations: [dilation] };
      const attempts = [
        () => tensorflowConv(spatial, "SAME"),
        () => tensorflowConvTranspose(spatial, [output], "SAME"),
        () => kerasConvTranspose(spatial, "same", [output]),
        () => pytorchConvTranspose(spatial, [output], { outputSize: [output] }),
        () => onnxConvTranspose(spatial, { autoPad: "SAME_LOWER", outputShape: [output], outputPadding: [output] }),
        () => jaxConvTranspose(spatial, [[output, output]]),
      ];
      for (const attempt of attempts) {
        try {
          expect(attempt().output.every((value) => value >= 1 && Number.isSafeInteger(value))).toBe(true);
        } catch (error) {
          if (!(error instanceof UnstrideError)) throw error;
        }
      }
    }),
  );
});
