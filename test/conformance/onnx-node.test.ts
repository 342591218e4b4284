/**
 * The ONNX backend suite, from the model to the numbers: every case either gives the expected outputs, or is refused for a reason in
 * the tables of exclusions. An exclusion that is not needed fails as well, so the tables say exactly what is missing.
 */
import { describe, expect, test } from "vitest";
import { UnstrideError } from "../../src/diagnostics/error.js";
import type { OnnxModel } from "../../src/frontends/onnx/proto/model.js";
import { verifyGraph } from "../../src/ir/graph/verify-graph.js";
import { javascript, reference, relaxedWasm, wasm, type Executor } from "../support/executors.js";
import type { Graph } from "../../src/ir/graph/graph.js";
import { differenceOf } from "../support/near.js";
import {
  foldedGraphOfCase,
  graphOfCase,
  inputsOf,
  onnxCases,
  readCase,
  type DataSet,
  type OnnxCase,
} from "../support/onnx-cases.js";
import { sharedData } from "../support/shared-data.js";
import { excludedCases, refusals } from "./onnx-node.exclusions.js";

const folder = sharedData("the ONNX backend suite");
const categories = ["node", "simple", "pytorch-operator", "pytorch-converted"];
const cases = folder === undefined ? [] : categories.flatMap((category) => onnxCases(folder, category));

const tolerance = { f16: 2e-3, bf16: 2e-2, others: 1e-3, absolute: 1e-6 };

/** From a case to outputs. */
interface Way extends Executor {
  readonly graphOf: (model: OnnxModel, set: DataSet) => Graph;
}

const ways: readonly Way[] = [
  { ...javascript, graphOf: graphOfCase },
  { ...wasm, graphOf: graphOfCase },
  { ...relaxedWasm, graphOf: graphOfCase },
  { ...reference, graphOf: graphOfCase },
  { ...reference, name: "folded while importing", graphOf: foldedGraphOfCase },
];

interface Prepared extends DataSet {
  readonly graph: Graph;
}

const prepared = new Map<string, Promise<readonly Prepared[]>>();

/** The graphs of a case with their data, made once for all ways that make them alike. */
function preparedFor({ graphOf }: Way, each: OnnxCase): Promise<readonly Prepared[]> {
  const key = `${graphOf.name} ${each.category} ${each.name}`;
  const found = prepared.get(key) ?? prepare(graphOf, each);
  prepared.set(key, found);
  return found;
}

async function prepare(graphOf: Way["graphOf"], each: OnnxCase): Promise<readonly Prepared[]> {
  const { model, dataSets } = await readCase(folder ?? "", each);
  const sets = dataSets.length === 0 ? [{ inputs: {}, outputs: {} }] : dataSets;
  return sets.map((set) => {
    const graph = graphOf(model, set);
    verifyGraph(graph);
    return { ...set, graph };
  });
}

/** What is wrong with the outputs of a case; undefined where nothing is. */
async function failureOf(way: Way, each: OnnxCase): Promise<string | undefined> {
  for (const { graph, ...set } of await preparedFor(way, each)) {
    const found = await way.run(graph, inputsOf(graph, set), { winograd: "auto" });
    for (const [name, expected] of Object.entries(set.outputs)) {
      const relative = expected.elementType === "f16" ? tolerance.f16 : tolerance.others;
      const difference = differenceOf(found.get(name), expected, {
        relative: expected.elementType === "bf16" ? tolerance.bf16 : relative,
        absolute: tolerance.absolute,
      });
      if (difference !== undefined) return `${name}: ${difference}`;
    }
  }
  return undefined;
}

/** Why the import refuses a model, in the words of the table `refusals`: one for each of its problems. */
function reasonsOf(error: UnstrideError): readonly string[] {
  return error.diagnostics.map(({ code, found = "" }) => {
    if (code === "import/unsupported-operator") return `operator ${/^[^,]*?(?=,| of operator set)/.exec(found)?.[0]}`;
    if (code === "import/element-type") return `element type ${found.replace(/^.*: /, "")}`;
    if (code === "import/version") return found;
    return `${code} ${found}`;
  });
}

const seen = new Set<string>();

describe.each(folder === undefined ? [] : ways)("$name", (way) => {
  test.each(cases.map((each) => [each.name, each] as const))("%s", async (name, each) => {
    let outcome: string | undefined;
    try {
      outcome = await failureOf(way, each);
    } catch (error) {
      if (!(error instanceof UnstrideError)) throw error;
      const unknown = reasonsOf(error).filter((reason) => !Object.hasOwn(refusals, reason));
      for (const reason of reasonsOf(error)) seen.add(reason);
      if (unknown.length === 0) return;
      outcome = error.message;
    }
    const excluded = Object.hasOwn(excludedCases, name);
    if (excluded) expect(outcome, "an excluded case passes: take its row out").toBeDefined();
    else expect(outcome).toBeUndefined();
  });
});

test.skipIf(folder === undefined)("every reason for a refusal is one that some case has", () => {
  expect(Object.keys(refusals).filter((reason) => !seen.has(reason))).toEqual([]);
  const names = new Set(cases.map(({ name }) => name));
  expect(Object.keys(excludedCases).filter((name) => !names.has(name))).toEqual([]);
});
