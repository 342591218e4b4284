/** The ONNX backend suite, from the model to the numbers: its four categories, which share a table of exclusions. */
import type { UnstrideError } from "../../../src/diagnostics/error.js";
import type { OnnxModel } from "../../../src/frontends/onnx/proto/model.js";
import type { Graph } from "../../../src/ir/graph/graph.js";
import { verifyGraph } from "../../../src/ir/graph/verify-graph.js";
import type { ConformanceSuite, Exclusions, OpenCase } from "../../support/conformance/suite.js";
import type { Outputs } from "../../support/executors.js";
import { differenceOf } from "../../support/near.js";
import {
  foldedGraphOfCase,
  graphOfCase,
  inputsOf,
  onnxCases,
  readCase,
  type DataSet,
  type OnnxCase,
} from "../../support/onnx-cases.js";
import { excludedCases, refusals } from "../onnx-node.exclusions.js";

const tolerance = { f16: 2e-3, bf16: 2e-2, others: 1e-3, absolute: 1e-6 };

type GraphOf = (model: OnnxModel, set: DataSet) => Graph;

const exclusions: Exclusions = { refusals, cases: excludedCases, refused };

export const onnxSuites = categories(graphOfCase, "");
/** The same with all inputs part of the model: whatever can be is computed while importing. */
export const foldedOnnxSuites = categories(foldedGraphOfCase, ", folded while importing");

function categories(graphOf: GraphOf, ending: string): readonly ConformanceSuite[] {
  return ["node", "simple", "pytorch-operator", "pytorch-converted"].map((category) => ({
    name: `ONNX ${category}${ending}`,
    cases: (folder) =>
      onnxCases(folder, category).map((each) => ({ name: each.name, open: () => open(folder, each, graphOf) })),
    exclusions,
  }));
}

async function open(folder: string, each: OnnxCase, graphOf: GraphOf): Promise<OpenCase> {
  const { model, dataSets } = await readCase(folder, each);
  const sets = dataSets.length === 0 ? [{ inputs: {}, outputs: {} }] : dataSets;
  const runs = sets.map((set) => ({ ...set, graph: graphOf(model, set) }));
  for (const { graph } of runs) verifyGraph(graph);
  return async (executor) => {
    for (const { graph, ...set } of runs) {
      const wrong = firstDifference(await executor.run(graph, inputsOf(graph, set), { winograd: "auto" }), set);
      if (wrong !== undefined) return wrong;
    }
    return undefined;
  };
}

function firstDifference(found: Outputs, { outputs }: DataSet): string | undefined {
  for (const [name, expected] of Object.entries(outputs)) {
    const relative = expected.elementType === "f16" ? tolerance.f16 : tolerance.others;
    const difference = differenceOf(found.get(name), expected, {
      relative: expected.elementType === "bf16" ? tolerance.bf16 : relative,
      absolute: tolerance.absolute,
    });
    if (difference !== undefined) return `${name}: ${difference}`;
  }
  return undefined;
}

/** Why the import refuses a model, in the words of the table `refusals`. */
function refused(error: UnstrideError): readonly string[] {
  return error.diagnostics.map(({ code, found = "" }) => {
    if (code === "import/unsupported-operator") return `operator ${/^[^,]*?(?=,| of operator set)/.exec(found)?.[0]}`;
    if (code === "import/element-type") return `element type ${found.replace(/^.*: /, "")}`;
    if (code === "import/version") return found;
    return `${code} ${found}`;
  });
}
