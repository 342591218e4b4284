/**
 * Compiles a file nobody vouches for and says how it ended: refused with a code of the catalogue, or a module. Where running it takes
 * little work it is run, and its results are held against the reference. Anything else throws.
 */
import { compile, type Compiled, type CompileOptions } from "../../../src/compile.js";
import { UnstrideError } from "../../../src/diagnostics/error.js";
import { graphOfModel } from "../../../src/frontends/onnx/import-model.js";
import type { OnnxModel } from "../../../src/frontends/onnx/proto/model.js";
import { readOnnxModel } from "../../../src/frontends/onnx/read-model.js";
import { evaluateNode } from "../../../src/ir/graph/evaluate.js";
import type { Graph, Node, Port, Value } from "../../../src/ir/graph/graph.js";
import { multiplyAdds } from "../../../src/ir/graph/work.js";
import { elementReader, elementWriter } from "../../../src/ir/types/element-access.js";
import { elementTypes, type TypedArray } from "../../../src/ir/types/element-type.js";
import { elementCount } from "../../../src/ir/types/shape.js";
import { tensor, type Tensor, type TensorType } from "../../../src/ir/types/tensor.js";
import type { LoadedModel } from "../import-module.js";

/** Imports a compiled module. */
export type Load = (compiled: Compiled) => Promise<LoadedModel>;

export type JudgeOptions = Pick<CompileOptions, "target">;

/** Elements and multiply-adds that a test runs at most. */
const mostWork = 300_000;

/**
 * What becomes of the file: a code of the catalogue, or `compiled` where running it is too much work for a test, `ran` where its numbers
 * are beyond comparing, `agreed`. Throws whatever is no `UnstrideError`, and where module and reference differ.
 */
export async function judge(bytes: Uint8Array, load: Load, options: JudgeOptions = {}): Promise<string> {
  try {
    const model = await readOnnxModel(bytes, { source: "damaged.onnx", external: () => new Uint8Array(64) });
    return await judgeGraph(graphOfModel(model, { shapes: boundShapes(model) }), load, options);
  } catch (error) {
    if (error instanceof UnstrideError) return error.code;
    throw error;
  }
}

/** Free sizes become 2. */
function boundShapes({ graph }: OnnxModel): Record<string, readonly number[]> {
  const shapes = graph.inputs.flatMap(({ name, type }) => {
    if (type.kind !== "tensor" || type.dimensions === undefined) return [];
    return [[name, type.dimensions.map((size) => (typeof size === "number" ? size : 2))] as const];
  });
  return Object.fromEntries(shapes);
}

async function judgeGraph(graph: Graph, load: Load, { target = "javascript" }: JudgeOptions): Promise<string> {
  const compiled = await compile(graph, { inline: true, target });
  if (workOf(graph) > mostWork) return "compiled";
  const inputs = new Map(graph.inputs.map((port) => [port, smallNumbers(port.value.type)]));
  const model = await load(compiled);
  const arrays = model.run(Object.fromEntries([...inputs].map(([{ name }, { data }]) => [name, data])));
  const expected = evaluateTamely(graph, inputs);
  for (const { name, value } of graph.outputs) {
    const data = arrays[name] as TypedArray;
    if (data.length !== elementCount(value.type.shape)) throw new Error(`${name} has ${data.length} elements`);
    const right = expected?.get(value);
    if (right !== undefined) checkNear(name, { ...value.type, data }, right);
  }
  return expected === undefined ? "ran" : "agreed";
}

function workOf({ nodes }: Graph): number {
  return nodes.reduce((sum, node) => sum + multiplyAdds(node) + touched(node), 0);
}

/** Elements read and written, each window of a pooling anew. */
function touched({ operands, results, attributes }: Node): number {
  const { kernel } = attributes;
  const window = Array.isArray(kernel) ? kernel.reduce<number>((count, size) => count * Number(size), 1) : 1;
  const count = (values: readonly Value[]): number =>
    values.reduce((sum, { type }) => sum + elementCount(type.shape), 0);
  return count(operands) + count(results) * window;
}

/** Whole numbers from −2 to 2, or from 0 to 2. */
function smallNumbers({ elementType, shape }: TensorType): Tensor {
  const made = tensor(elementType, shape);
  const write = elementWriter(elementType, made.data);
  const least = elementTypes[elementType].signed ? -2 : 0;
  for (let i = 0; i < made.data.length; i++)
    write(i, elementType === "bool" ? i % 2 : least + ((i * 7 + 3) % (1 - 2 * least || 3)));
  return made;
}

/** Beyond this, and below its inverse, f32 and f64 differ by more than rounding. */
const largestTame = 1e6;

/** All values by the reference; undefined where one is not tame: modules may carry f32 in f64, which overflows later. */
function evaluateTamely(graph: Graph, inputs: ReadonlyMap<Port, Tensor>): ReadonlyMap<Value, Tensor> | undefined {
  const known = new Map([...inputs].map(([{ value }, given]) => [value, given] as const));
  for (const node of graph.nodes) {
    const operands = node.operands.map((operand) => known.get(operand) as Tensor);
    const results = evaluateNode(node, operands);
    if (!results.every(isTame)) return undefined;
    node.results.forEach((value, i) => known.set(value, results[i]));
  }
  return known;
}

function isTame(value: Tensor): boolean {
  if (elementTypes[value.elementType].family !== "float") return true;
  const read = elementReader(value);
  return value.data.every((_: number | bigint, i: number) => Math.abs(read(i)) < largestTame);
}

function checkNear(name: string, found: Tensor, expected: Tensor): void {
  const [a, b] = [elementReader(found), elementReader(expected)];
  const places = Array.from({ length: found.data.length }, (_, i) => i);
  const largest = places.reduce((most, i) => Math.max(most, Math.abs(b(i))), 0);
  const isFloat = elementTypes[found.elementType].family === "float";
  const allowed = isFloat ? largest * (found.elementType === "f32" ? 1e-4 : 1e-2) : 0;
  const wrong = places.find((i) => !(Math.abs(a(i) - b(i)) <= allowed));
  if (wrong !== undefined) throw new Error(`${name}[${wrong}] is ${a(wrong)}, not ${b(wrong)}`);
}
