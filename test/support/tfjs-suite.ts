/**
 * TensorFlow.js' specs as tests of emitted modules: the cases of one kernel are one graph, compiled twice for each target — every operand
 * an input, and filters and other parameters as weights — and a sample of them runs as loops. An excluded case that passes is a failure.
 */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { graph, type GraphTools } from "../../src/frontends/code/graph.js";
import type { Graph, Value } from "../../src/ir/graph/graph.js";
import type { Tensor } from "../../src/ir/types/tensor.js";
import { javascript, loops, relaxedWasm, wasm, type Executor, type Outputs } from "./executors.js";
import { expectClose } from "./same-meaning.js";
import { sharedData } from "./shared-data.js";
import { tfjsCases, type TfjsAttributes, type TfjsCase } from "./tfjs-cases.js";

export type TfjsInputs = Readonly<Record<string, Value>>;
/** A kernel as tools: its results, in order. */
export type TfjsCall = (tools: GraphTools, inputs: TfjsInputs, attributes: TfjsAttributes) => readonly Value[];

export interface TfjsSuite {
  /** For people: what the kernels are. */
  readonly name: string;
  readonly calls: Readonly<Record<string, TfjsCall>>;
  /** Cases that give something else here, and why. */
  readonly excluded: Readonly<Record<string, string>>;
  /** Of a kernel with more cases than this, those that differ in attributes, types or shapes, and no more than this. */
  readonly most?: number;
}

/** Of the largest element: expected values have about eight digits, and sums there are rounded differently. */
const tolerance = 2e-6;
/** Operands that are data; the others are what a model has as weights. */
const dataNames = new Set(["x", "dy", "images", "a", "0", "input", "logits", "value", "condition"]);

interface Variant {
  readonly name: string;
  readonly executor: Executor;
  readonly weights: boolean;
  readonly takes: (number: number) => boolean;
}

const variants: readonly Variant[] = [
  { name: "javascript", executor: javascript, weights: false, takes: () => true },
  { name: "javascript, with weights", executor: javascript, weights: true, takes: () => true },
  { name: "wasm", executor: wasm, weights: false, takes: () => true },
  { name: "wasm, with weights", executor: wasm, weights: true, takes: () => true },
  { name: "wasm, relaxed, with weights", executor: relaxedWasm, weights: true, takes: () => true },
  { name: "loops", executor: loops, weights: false, takes: (number) => number % 3 === 0 },
];

/** Declares the tests of a suite; one line says how many cases passed. */
export function testTfjs({ name, calls, excluded, most = Infinity }: TfjsSuite): void {
  const folder = sharedData(`TensorFlow.js' specs of ${name}`);
  const kernels =
    folder === undefined
      ? []
      : Object.keys(calls).map((kernel) => [kernel, sample(tfjsCases(folder, kernel), most)] as const);
  const counts = { passed: 0, excluded: 0 };
  afterAll(() => {
    if (folder !== undefined)
      console.log(`TensorFlow.js' ${name}: ${counts.passed} passed, ${counts.excluded} excluded`);
  });
  describe.each(kernels)("%s", (kernel, cases) => {
    const runs = new KernelRuns(calls[kernel], cases);
    beforeAll(() => runs.run());
    test.each(cases.map((each, number) => [each.name, each, number] as const))("%s", (_, each, number) => {
      const reason = excluded[each.id];
      if (reason === undefined) runs.check(each, number);
      else expect(() => runs.check(each, number), `excluded, and passes: ${reason}`).toThrow();
      counts[reason === undefined ? "passed" : "excluded"]++;
    });
  });
  test.runIf(folder)("every exclusion names a case", () => {
    const ids = new Set(kernels.flatMap(([, cases]) => cases.map(({ id }) => id)));
    expect(Object.keys(excluded).filter((id) => !ids.has(id))).toEqual([]);
  });
}

function sample(cases: readonly TfjsCase[], most: number): readonly TfjsCase[] {
  if (cases.length <= most) return cases;
  const kinds = new Map<string, TfjsCase>();
  for (const each of cases) {
    const types = [...Object.values(each.inputs), ...each.outputs].map(({ elementType, shape }) => [
      elementType,
      shape,
    ]);
    const kind = JSON.stringify([each.attributes, types]);
    if (!kinds.has(kind)) kinds.set(kind, each);
  }
  return [...kinds.values()].slice(0, most);
}

/** What all executors give for the cases of one kernel. */
class KernelRuns {
  private readonly call: TfjsCall;
  private readonly cases: readonly TfjsCase[];
  private readonly results = new Map<string, Outputs>();
  private readonly errors = new Map<string, unknown>();

  constructor(call: TfjsCall, cases: readonly TfjsCase[]) {
    this.call = call;
    this.cases = cases;
  }

  async run(): Promise<void> {
    for (const variant of variants) {
      const built = this.cases.filter((each, number) => variant.takes(number) && this.builds(each, variant));
      if (built.length === 0) continue;
      const all = this.graphOf(built, variant);
      const tensors = new Map(
        built.flatMap(({ id, inputs }) => Object.entries(inputs).map(([name, x]) => [`${id} ${name}`, x])),
      );
      const inputs = Object.fromEntries(all.inputs.map(({ name }) => [name, tensors.get(name) as Tensor]));
      this.results.set(variant.name, await variant.executor.run(all, inputs));
    }
  }

  /** Throws where an executor gives something else than the spec expects, or the case cannot be said at all. */
  check({ id, outputs }: TfjsCase, number: number): void {
    for (const { name } of variants.filter(({ takes }) => takes(number))) {
      const error = this.errors.get(`${name} ${id}`);
      if (error !== undefined) throw error;
      outputs.forEach((output, i) => {
        const found = this.results.get(name)?.get(`${id} ${i}`);
        expectClose(`${name}: output ${i}`, found as Tensor, output, tolerance);
      });
    }
  }

  /** Whether the case can be said at all; where not, the reason is kept. */
  private builds(each: TfjsCase, variant: Variant): boolean {
    try {
      this.graphOf([each], variant);
      return true;
    } catch (error) {
      this.errors.set(`${variant.name} ${each.id}`, error);
      return false;
    }
  }

  /** A graph of the cases side by side. */
  private graphOf(cases: readonly TfjsCase[], { weights }: Variant): Graph {
    return graph("cases", (tools) => {
      for (const { id, inputs, attributes } of cases) {
        const operands = Object.entries(inputs).map(([name, x]) => {
          return [name, operandOf(tools, `${id} ${name}`, x, weights && !dataNames.has(name))] as const;
        });
        const values = this.call(tools, Object.fromEntries(operands), attributes);
        values.forEach((value, i) => tools.output(`${id} ${i}`, value));
      }
    });
  }
}

function operandOf(tools: GraphTools, name: string, { elementType, shape, data }: Tensor, isWeight: boolean): Value {
  if (!isWeight) return tools.input(name, shape, elementType);
  return tools.parameter(name, shape, data as ArrayLike<number>, elementType);
}
