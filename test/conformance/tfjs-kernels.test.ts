/**
 * Windows, resizing and products of TensorFlow.js' specs give the same from emitted modules, twice: with every operand an input, and with
 * filters and other parameters as weights. The cases of one kernel are compiled into one module. A sample runs as loops too.
 * An excluded case that passes is a failure.
 */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { graph, type GraphTools } from "../../src/frontends/code/graph.js";
import type { Graph, Value } from "../../src/ir/graph/graph.js";
import type { Tensor } from "../../src/ir/types/tensor.js";
import { javascript, loops, type Executor, type Outputs } from "../support/executors.js";
import { expectClose } from "../support/same-meaning.js";
import { sharedData } from "../support/shared-data.js";
import { tfjsCases, type TfjsCase } from "../support/tfjs-cases.js";
import { tfjsKernels } from "../support/tfjs-kernels.js";
import { excluded } from "./tfjs-kernels.table.js";

const folder = sharedData("kernel calls of TensorFlow.js' specs");
const kernels =
  folder === undefined ? [] : Object.keys(tfjsKernels).map((kernel) => [kernel, tfjsCases(folder, kernel)] as const);

/** Of the largest element: expected values have about eight digits, and sums there are rounded differently. */
const tolerance = 2e-6;
/** Operands that are data; the others are what a model has as weights. */
const data = new Set(["x", "dy", "images", "a"]);

interface Variant {
  readonly name: string;
  readonly executor: Executor;
  readonly weights: boolean;
  readonly takes: (number: number) => boolean;
}

const variants: readonly Variant[] = [
  { name: "javascript", executor: javascript, weights: false, takes: () => true },
  { name: "javascript, with weights", executor: javascript, weights: true, takes: () => true },
  { name: "loops", executor: loops, weights: false, takes: (number) => number % 3 === 0 },
];

const counts = { passed: 0, excluded: 0 };
afterAll(() => {
  if (folder !== undefined) console.log(`tfjs kernels: ${counts.passed} passed, ${counts.excluded} excluded`);
});

describe.each(kernels)("%s", (kernel, cases) => {
  const results = new Map<string, Outputs>();
  const errors = new Map<string, unknown>();

  beforeAll(async () => {
    for (const variant of variants) await runAll(kernel, cases, variant);
  });

  async function runAll(kernel: string, cases: readonly TfjsCase[], variant: Variant): Promise<void> {
    const built = cases.filter((each, number) => variant.takes(number) && builds(kernel, each, variant));
    if (built.length === 0) return;
    const inputs = built.flatMap((each) =>
      Object.entries(each.inputs).map(([name, x]) => [`${each.id} ${name}`, x] as const),
    );
    const all = graphOf(kernel, built, variant);
    const names = new Set(all.inputs.map(({ name }) => name));
    const given = Object.fromEntries(inputs.filter(([name]) => names.has(name)));
    results.set(variant.name, await variant.executor.run(all, given, { name: "cases" }));
  }

  /** Whether the case can be said at all; where not, the reason is kept. */
  function builds(kernel: string, each: TfjsCase, variant: Variant): boolean {
    try {
      graphOf(kernel, [each], variant);
      return true;
    } catch (error) {
      errors.set(`${variant.name} ${each.id}`, error);
      return false;
    }
  }

  function check(each: TfjsCase, { name: variant }: Variant): void {
    const error = errors.get(`${variant} ${each.id}`);
    if (error !== undefined) throw error;
    each.outputs.forEach((output, i) => {
      const found = results.get(variant)?.get(`${each.id} ${i}`);
      expectClose(`${variant}: output ${i}`, found as Tensor, output, tolerance);
    });
  }

  test.each(cases.map((each, number) => [each.name, each, number] as const))("%s", (_, each, number) => {
    const run = variants.filter(({ takes }) => takes(number));
    const reason = excluded[each.id];
    if (reason === undefined) {
      for (const variant of run) check(each, variant);
      counts.passed++;
    } else {
      for (const variant of run) expect(() => check(each, variant), `excluded, and passes: ${reason}`).toThrow();
      counts.excluded++;
    }
  });
});

test.runIf(folder)("every exclusion names a case", () => {
  const ids = new Set(kernels.flatMap(([, cases]) => cases.map(({ id }) => id)));
  expect(Object.keys(excluded).filter((id) => !ids.has(id))).toEqual([]);
});

/** A graph of all the cases side by side. */
function graphOf(kernel: string, cases: readonly TfjsCase[], { weights }: Variant): Graph {
  return graph("cases", (tools) => {
    for (const { id, inputs, attributes } of cases) {
      const operands = Object.entries(inputs).map(([name, x]) => [
        name,
        operandOf(tools, `${id} ${name}`, x, weights && !data.has(name)),
      ]);
      const values = tfjsKernels[kernel](tools, Object.fromEntries(operands) as Record<string, Value>, attributes);
      values.forEach((value, i) => tools.output(`${id} ${i}`, value));
    }
  });
}

function operandOf(tools: GraphTools, name: string, { elementType, shape, data }: Tensor, isWeight: boolean): Value {
  return isWeight
    ? tools.parameter(name, shape, data as ArrayLike<number>, elementType)
    : tools.input(name, shape, elementType);
}
