/** Looks at a model's file as far as it can be looked at: with all its sizes bound to the last byte, and before that as it stands. */
import { basename } from "node:path";
import { UnstrideError, type Diagnostic } from "../../diagnostics/error.js";
import { graphOfModel } from "../../frontends/onnx/import-model.js";
import { exampleOption } from "../../frontends/importing/bind-inputs.js";
import { inspectModel, type FreeDimension, type OnnxInspection } from "../../frontends/onnx/inspect-model.js";
import type { OnnxModel } from "../../frontends/onnx/proto/model.js";
import { readOnnxModel } from "../../frontends/onnx/read-model.js";
import type { Graph, Port } from "../../ir/graph/graph.js";
import { graphParameters } from "../../ir/graph/work.js";
import { elementCount } from "../../ir/types/shape.js";
import { formatTensorType } from "../../ir/types/tensor.js";
import { isGraphText, readModel, type ModelOptions } from "../model-options.js";
import { readBeside, readBytes } from "../read-file.js";
import { graphRows, knownShapes, modelRows, type NodeRow } from "./node-rows.js";

/** An input or output: as the model declares it, and as it is once bound. */
export interface PortRow {
  readonly name: string;
  readonly declared: string;
  readonly bound: string | null;
}

export interface OperatorRow {
  readonly operator: string;
  readonly nodes: number;
  readonly names: readonly string[];
  readonly isSupported: boolean;
}

export interface Inspection {
  readonly source: string;
  readonly producer: string;
  /** Versions by domain; none for a text. */
  readonly opsets: Readonly<Record<string, number>>;
  readonly inputs: readonly PortRow[];
  readonly outputs: readonly PortRow[];
  /** Those that no option binds. */
  readonly freeDimensions: readonly FreeDimension[];
  /** Options that bind all sizes of the inputs that have free ones, with sizes to start from. */
  readonly shapeOptions: readonly string[];
  readonly operators: readonly OperatorRow[];
  /** `NonMaxSuppression, 2 nodes: "a", "b"` */
  readonly unsupported: readonly string[];
  readonly nodes: readonly NodeRow[];
  readonly totals: {
    readonly multiplyAdds: number | null;
    readonly parameters: number;
    readonly largestResultBytes: number | null;
  };
  /** Why it cannot be compiled as it is bound, apart from what is free or unsupported. */
  readonly problems: readonly Diagnostic[];
}

/** Fails with `UnstrideError` where the file cannot be read at all. */
export async function inspectFile(path: string, options: ModelOptions): Promise<Inspection> {
  const bytes = await readBytes(path);
  if (isGraphText(bytes)) return inspectGraph((await readModel(path, options)).graph, basename(path));
  const source = basename(path);
  const model = await readOnnxModel(bytes, { source, external: (location) => readBeside(path, location) });
  const found = inspectModel(model);
  const { graph, problems } = importIfBound(model, options);
  const rows = graph === undefined ? modelRows(model) : graphRows(graph);
  const free = graph === undefined ? stillFree(found, options) : [];
  return {
    source,
    producer: found.producer,
    opsets: Object.fromEntries(found.opsets),
    ...portRows(found, graph),
    freeDimensions: free,
    shapeOptions: shapeOptions(model, free),
    operators: operatorRows(found),
    unsupported: found.unsupported,
    nodes: rows,
    totals: totalsOf(rows, parametersOf(model)),
    problems,
  };
}

const expectedProblems: ReadonlySet<string> = new Set(["import/unbound-dimension", "import/unsupported-operator"]);

/** The graph where all is bound and supported; what else is wrong is told beside what can be told. */
function importIfBound(
  model: OnnxModel,
  { shape: shapes, dimension: dimensions }: ModelOptions,
): { readonly graph?: Graph; readonly problems: readonly Diagnostic[] } {
  try {
    return { graph: graphOfModel(model, { shapes, dimensions }), problems: [] };
  } catch (error) {
    if (!(error instanceof UnstrideError)) throw error;
    return { problems: error.diagnostics.filter(({ code }) => !expectedProblems.has(code)) };
  }
}

function portRows(
  { inputs, outputs }: OnnxInspection,
  graph: Graph | undefined,
): Pick<Inspection, "inputs" | "outputs"> {
  const rows = (declared: OnnxInspection["inputs"], bound: readonly Port[] = []): readonly PortRow[] =>
    declared.map(({ name, elementType, shape }) => {
      const port = bound.find((each) => each.name === name);
      return {
        name,
        declared: `${elementType}${shape}`,
        bound: port === undefined ? null : formatTensorType(port.value.type),
      };
    });
  return { inputs: rows(inputs, graph?.inputs), outputs: rows(outputs, graph?.outputs) };
}

function stillFree({ freeDimensions }: OnnxInspection, { shape, dimension }: ModelOptions): readonly FreeDimension[] {
  return freeDimensions.filter(({ name, inputs }) => {
    const isNamed = name !== undefined && Object.hasOwn(dimension, name);
    return !isNamed && !inputs.some((input) => Object.hasOwn(shape, input));
  });
}

function shapeOptions({ graph }: OnnxModel, free: readonly FreeDimension[]): readonly string[] {
  const names = new Set(free.flatMap(({ inputs }) => inputs));
  return graph.inputs.filter(({ name }) => names.has(name)).map((input) => exampleOption(input));
}

function parametersOf({ graph }: OnnxModel): number {
  return [...knownShapes(graph).values()].reduce((sum, shape) => sum + elementCount(shape), 0);
}

function operatorRows({ operators }: OnnxInspection): readonly OperatorRow[] {
  return operators.map(({ domain, operator, nodes, isSupported }) => {
    return {
      operator: domain === "" ? operator : `${domain}.${operator}`,
      nodes: nodes.length,
      names: nodes,
      isSupported,
    };
  });
}

function totalsOf(rows: readonly NodeRow[], parameters: number): Inspection["totals"] {
  const total = (values: readonly (number | null)[], join: (a: number, b: number) => number): number | null =>
    values.reduce((sum, value) => (sum === null || value === null ? null : join(sum, value)), 0);
  return {
    multiplyAdds: total(
      rows.map((row) => row.multiplyAdds),
      (a, b) => a + b,
    ),
    parameters,
    largestResultBytes: total(
      rows.map(({ bytes }) => bytes),
      Math.max,
    ),
  };
}

/** A graph's text has nothing free. */
function inspectGraph(graph: Graph, source: string): Inspection {
  const ports = (list: readonly Port[]): readonly PortRow[] =>
    list.map(({ name, value: { type } }) => ({
      name,
      declared: formatTensorType(type),
      bound: formatTensorType(type),
    }));
  const rows = graphRows(graph);
  const counts = new Map<string, string[]>();
  for (const { operator, name } of rows) counts.set(operator, [...(counts.get(operator) ?? []), name]);
  return {
    source,
    producer: "",
    opsets: {},
    inputs: ports(graph.inputs),
    outputs: ports(graph.outputs),
    freeDimensions: [],
    shapeOptions: [],
    operators: [...counts].map(([operator, names]) => ({ operator, nodes: names.length, names, isSupported: true })),
    unsupported: [],
    nodes: rows,
    totals: totalsOf(rows, graphParameters(graph)),
    problems: [],
  };
}
