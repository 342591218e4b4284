/** Op tests of onnxruntime-web: one node each, with its inputs and the outputs they give, written as models as anybody would. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { encodeF16 } from "../../src/ir/types/half.js";
import { allocate, isBigIntArray, type ElementType } from "../../src/ir/types/element-type.js";
import type { Tensor } from "../../src/ir/types/tensor.js";
import { model, type AttributeSpec } from "./onnx-writer.js";
import type { DataSet } from "./onnx-cases.js";

export interface OrtWebCase {
  /** The file, the test and the case; unique. */
  readonly name: string;
  readonly test: OrtWebTest;
  readonly values: OrtWebValues;
}

export interface OrtWebTest {
  readonly operator: string;
  readonly attributes?: readonly OrtWebAttribute[];
  readonly opset?: { readonly domain: string; readonly version: number };
}

interface OrtWebAttribute {
  readonly name: string;
  readonly type: "int" | "ints" | "float" | "floats" | "string";
  readonly data: number | string | readonly number[];
}

interface OrtWebValues {
  readonly inputs: readonly OrtWebTensor[];
  readonly outputs: readonly OrtWebTensor[];
}

/** Without data where an operand is left out. */
interface OrtWebTensor {
  readonly type: string;
  readonly dims?: readonly number[];
  readonly data: readonly number[] | null;
}

/** The version that tests are written for which name none. */
const usualOpset = { domain: "", version: 13 };

/** All cases of a domain, in the order of the files. */
export function ortWebCases(folder: string, domain: string): readonly OrtWebCase[] {
  const at = join(folder, "conformance/onnxruntime-web");
  const files = readdirSync(at).filter((file) => file.endsWith(".json"));
  const all = files.sort().flatMap((file) => casesOf(join(at, file), file.replace(".json", "")));
  const seen = new Map<string, number>();
  return all
    .filter(({ test }) => (test.opset ?? usualOpset).domain === domain)
    .map((each) => {
      const times = (seen.get(each.name) ?? 0) + 1;
      seen.set(each.name, times);
      return times === 1 ? each : { ...each, name: `${each.name} (${times})` };
    });
}

type File = readonly (OrtWebTest & {
  readonly name: string;
  readonly cases: readonly (OrtWebValues & { name: string })[];
})[];

function casesOf(path: string, file: string): readonly OrtWebCase[] {
  const tests = JSON.parse(readFileSync(path, "utf8")) as File;
  return tests.flatMap((test) =>
    test.cases.map((values) => ({ name: `${file}: ${test.name}: ${values.name}`, test, values })),
  );
}

/** The case as a model and its data; names of the element types that are not stored remain for the reader to refuse. */
export function modelOfCase({ test, values }: OrtWebCase): Uint8Array {
  const { domain, version } = test.opset ?? usualOpset;
  const ports = (all: readonly OrtWebTensor[], prefix: string) =>
    all.flatMap(({ data, type, dims = [] }, i) =>
      data === null ? [] : [{ name: `${prefix}${i}`, type: elementTypeOf(type) ?? numberOfType[type], shape: dims }],
    );
  const names = (all: readonly OrtWebTensor[], prefix: string) =>
    all.map(({ data }, i) => (data === null ? "" : `${prefix}${i}`));
  const node = {
    operator: test.operator,
    domain,
    inputs: names(values.inputs, "x"),
    outputs: names(values.outputs, "y"),
    attributes: Object.fromEntries((test.attributes ?? []).map((each) => [each.name, attributeOf(each)])),
  };
  return model({
    opset: { "": domain === "" ? version : usualOpset.version, ...(domain === "" ? {} : { [domain]: version }) },
    nodes: [node],
    inputs: ports(values.inputs, "x"),
    outputs: ports(values.outputs, "y"),
  });
}

function attributeOf({ type, data }: OrtWebAttribute): AttributeSpec {
  if (type === "int") return { int: Number(data) };
  if (type === "float") return { float: Number(data) };
  if (type === "string") return { string: String(data) };
  const list = Array.isArray(data) ? data.map(Number) : [];
  return type === "ints" ? { ints: list } : { floats: list };
}

/** Inputs and outputs by the model's names. */
export function dataOfCase({ values }: OrtWebCase): DataSet {
  const tensors = (all: readonly OrtWebTensor[], prefix: string) =>
    Object.fromEntries(all.flatMap((each, i) => tensorOf(each).map((tensor) => [`${prefix}${i}`, tensor] as const)));
  return { inputs: tensors(values.inputs, "x"), outputs: tensors(values.outputs, "y") };
}

function tensorOf({ type, dims = [], data }: OrtWebTensor): readonly Tensor[] {
  const elementType = elementTypeOf(type);
  if (data === null || elementType === undefined) return [];
  const array = allocate(elementType, data.length);
  if (isBigIntArray(array)) data.forEach((value, i) => (array[i] = BigInt(value)));
  else data.forEach((value, i) => (array[i] = elementType === "f16" ? encodeF16(value) : Number(value)));
  return [{ elementType, shape: dims, data: array }];
}

const elementTypes: Readonly<Record<string, ElementType>> = {
  float32: "f32",
  float16: "f16",
  float64: "f64",
  int32: "i32",
  int64: "i64",
  uint32: "u32",
  uint8: "u8",
  int8: "i8",
  bool: "bool",
};

/** TensorProto.DataType of what is not stored. */
const numberOfType: Readonly<Record<string, number>> = { uint4: 21, int4: 22 };

function elementTypeOf(type: string): ElementType | undefined {
  return Object.hasOwn(elementTypes, type) ? elementTypes[type] : undefined;
}
