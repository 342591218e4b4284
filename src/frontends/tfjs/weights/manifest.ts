/**
 * The weight manifest of a model.json: groups of files, and the tensors that lie in them one after the other. Nothing is allocated
 * here: how many bytes each tensor takes is known before a file is asked for.
 * Source: TensorFlow.js, tfjs-core/src/io/types.ts (WeightsManifestConfig).
 */
import { fail } from "../../../diagnostics/error.js";
import { quoted } from "../../../diagnostics/quoted.js";
import { elementCount, isValidShape, maximumElements, type Shape } from "../../../ir/types/shape.js";
import { isInsideFolder } from "../../reading/inside-folder.js";
import { asNumber, asString, describeJson, elements, isAbsent, member, refuse, type JsonAt } from "../json.js";

/** Files read as one, and what is in them in this order. */
export interface WeightGroup {
  readonly at: string;
  readonly paths: readonly string[];
  readonly entries: readonly WeightEntry[];
}

export interface WeightEntry {
  readonly at: string;
  readonly name: string;
  readonly shape: Shape;
  readonly dtype: WeightType;
  readonly quantization?: Quantization;
}

/** Element types as TensorFlow.js calls them. */
export const weightTypes = { float32: 4, int32: 4, bool: 1, complex64: 8, string: undefined } as const;
export type WeightType = keyof typeof weightTypes;

/** Stored as whole numbers q, meaning q · scale + min; or as half-precision floats. */
export type Quantization =
  { readonly dtype: "uint8" | "uint16"; readonly scale: number; readonly min: number } | { readonly dtype: "float16" };

const storedBytes = { uint8: 1, uint16: 2, float16: 2 } as const;

/** Fails with `import/malformed`, `import/external-location`, `import/tensor-shape`, `import/element-type`, `import/duplicate-value`. */
export function readManifest(manifest: JsonAt): readonly WeightGroup[] {
  if (isAbsent(manifest)) return [];
  const groups = elements(manifest).map(readGroup);
  const names = new Set<string>();
  for (const { name, at } of groups.flatMap(({ entries }) => entries)) {
    if (names.has(name)) fail("import/duplicate-value", { at, found: `a weight named ${quoted(name)} again` });
    names.add(name);
  }
  return groups;
}

/** Bytes that a tensor takes in the file; undefined of strings, which say it themselves. */
export function byteLengthOf({ shape, dtype, quantization }: WeightEntry): number | undefined {
  const size = quantization === undefined ? weightTypes[dtype] : storedBytes[quantization.dtype];
  return size === undefined ? undefined : size * elementCount(shape);
}

function readGroup(group: JsonAt): WeightGroup {
  const paths = elements(member(group, "paths")).map(readPath);
  if (new Set(paths).size < paths.length)
    fail("import/duplicate-value", { at: group.at, found: "a file named again in one group" });
  const entries = elements(member(group, "weights")).map(readEntry);
  return { at: group.at, paths, entries };
}

function readPath(given: JsonAt): string {
  const path = asString(given);
  if (isInsideFolder(path)) return path;
  return fail("import/external-location", {
    at: given.at,
    expected: "a relative path without ..",
    found: quoted(path),
    remedy:
      "the files of weights must lie beside model.json: save the model again, or write their names into the manifest",
  });
}

function readEntry(given: JsonAt): WeightEntry {
  const dtype = asString(member(given, "dtype"));
  if (!isWeightType(dtype)) {
    const expected = `one of ${Object.keys(weightTypes).join(", ")}`;
    return fail("import/element-type", { at: given.at, expected, found: quoted(dtype) });
  }
  const quantization = readQuantization(member(given, "quantization"), dtype);
  const shape = readShape(member(given, "shape"));
  const entry = { at: given.at, name: asString(member(given, "name")), shape, dtype };
  return quantization === undefined ? entry : { ...entry, quantization };
}

function isWeightType(dtype: string): dtype is WeightType {
  return Object.hasOwn(weightTypes, dtype);
}

function readShape(given: JsonAt): Shape {
  const shape = elements(given).map(asNumber);
  if (isValidShape(shape)) return shape;
  const expected = `sizes from 0 and at most ${maximumElements} elements`;
  return fail("import/tensor-shape", { at: given.at, expected, found: JSON.stringify(shape.slice(0, 16)) });
}

function readQuantization(given: JsonAt, of: WeightType): Quantization | undefined {
  if (isAbsent(given)) return undefined;
  const dtype = asString(member(given, "dtype"));
  if (dtype === "float16" && of === "float32") return { dtype };
  if ((dtype !== "uint8" && dtype !== "uint16") || (of !== "float32" && of !== "int32")) {
    const expected = "uint8 or uint16 of float32 or int32, or float16 of float32";
    return fail("import/element-type", { at: given.at, expected, found: `${describeJson(dtype)} of ${of}` });
  }
  const [scale, min] = [member(given, "scale"), member(given, "min")];
  if (!Number.isFinite(scale.value)) refuse(scale, "a finite number");
  if (!Number.isFinite(min.value)) refuse(min, "a finite number");
  return { dtype, scale: asNumber(scale), min: asNumber(min) };
}
