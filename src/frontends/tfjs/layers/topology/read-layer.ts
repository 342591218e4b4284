/** One layer of a list: its class, name and config, and what there is to say of inputs and of models inside the model. */
import { fail } from "../../../../diagnostics/error.js";
import type { SourceLocation } from "../../../../diagnostics/location.js";
import { snakeCase } from "../importing/config-kinds.js";
import { asObject, asString, isAbsent, isList, member, refuse, type JsonAt, type JsonList } from "../../json.js";
import type { DeclaredShape, Layer } from "./layers-model.js";
import { isModelClass, type TopologyReading } from "./topology-reading.js";

/** `{ class_name, name?, config }`, the layer at place `index`. */
export function readLayer(given: JsonAt, index: number, { source, readInner }: TopologyReading): Layer {
  const className = asString(member(given, "class_name"));
  const config = member(given, "config");
  const name = layerName(given, config);
  const location: SourceLocation = { kind: "model", source, name, operator: className, index };
  if (isModelClass(className)) {
    const model = readInner(given);
    return { name, className, config: {}, location, model };
  }
  const layer = { name, className, config: asObject(config), location };
  return className === "InputLayer" ? { ...layer, input: declaredShape(config) ?? free } : layer;
}

const free: DeclaredShape = { dtype: "float32", shape: undefined };

/** The name is within the config, or beside it. */
function layerName(given: JsonAt, config: JsonAt): string {
  const beside = member(given, "name");
  if (!isAbsent(beside)) return asString(beside);
  if (isList(config.value)) return asString(beside);
  return asString(member(config, "name"));
}

/** What a first layer's config says of its input; undefined where it says nothing. */
export function declaredShape(config: JsonAt): DeclaredShape | undefined {
  const entries = Object.entries(asObject(config)).map(([name, value]) => [snakeCase(name), value] as const);
  const normal: JsonAt = { value: Object.fromEntries(entries), at: config.at };
  const dtype = dtypeOf(member(normal, "dtype"));
  for (const name of ["batch_input_shape", "batch_shape", "batch_shape_input"]) {
    const shape = member(normal, name);
    if (!isAbsent(shape)) return { dtype, shape: readSizes(shape) };
  }
  const shape = member(normal, "input_shape");
  return isAbsent(shape) ? undefined : { dtype, shape: [null, ...readSizes(shape)] };
}

/** Keras 3 may write a policy where others have the name of a type; all of them compute in f32. */
function dtypeOf(dtype: JsonAt): string {
  return typeof dtype.value === "string" ? dtype.value : "float32";
}

function readSizes(given: JsonAt): readonly (number | null)[] {
  const list: JsonList = isList(given.value) ? given.value : refuse(given, "a list of sizes");
  return list.map((size) => {
    if (size === null || (typeof size === "number" && Number.isSafeInteger(size) && size >= 0)) return size;
    return fail("import/tensor-shape", {
      at: given.at,
      expected: "sizes from 0, or null",
      found: JSON.stringify(size),
    });
  });
}
