/**
 * What a layer's config may hold: each kind reads one entry into plain data. A layer's config is a record of kinds; what is in neither
 * it nor the list of what means nothing to inference is refused by name, so that no meaning is passed over in silence.
 * Names are Keras' (`kernel_size`); TensorFlow.js' own (`kernelSize`) mean the same, and so do words among the values.
 */
import { fail } from "../../../../diagnostics/error.js";
import type { SourceLocation } from "../../../../diagnostics/location.js";
import type { ReadValues, ValueKind } from "../../../importing/value-kind.js";
import { quoted } from "../../../../diagnostics/quoted.js";
import { describeJson, isList, isObject, type Json, type JsonObject } from "../../json.js";

export type ConfigKind<T> = ValueKind<Json, T>;

export type ConfigKinds = Readonly<Record<string, ConfigKind<unknown>>>;

/** What a record of kinds reads. */
export type ConfigOf<K extends ConfigKinds> = ReadValues<K>;

function kind<T>(words: string, fallback: T, read: (value: Json) => T | undefined): ConfigKind<T> {
  return { words, fallback, read, required: false };
}

const isCount = (value: Json): value is number => Number.isSafeInteger(value);
const isNumber = (value: Json): value is number => typeof value === "number";

export const flag = (fallback: boolean) =>
  kind<boolean>("true or false", fallback, (value) => (typeof value === "boolean" ? value : undefined));
export const number = (fallback: number) =>
  kind<number>("a number", fallback, (value) => (isNumber(value) ? value : undefined));
export const optionalNumber = kind<number | undefined>("a number", undefined, (value) =>
  isNumber(value) ? value : undefined,
);
/** A whole number from `least`. */
export const count = (least: number, fallback?: number) => ({
  ...kind<number>(`a whole number from ${least}`, fallback ?? least, (value) =>
    isCount(value) && value >= least ? value : undefined,
  ),
  required: fallback === undefined,
});
export const text = kind<string>("a string", "", (value) => (typeof value === "string" ? value : undefined));
/** Any whole numbers; one alone is a list of one. */
export const integers = kind<readonly number[] | undefined>("whole numbers", undefined, (value) => {
  const list = isCount(value) ? [value] : value;
  return isList(list) && list.every(isCount) ? list : undefined;
});
/** Sizes, of which those that are free are null. */
export const sizes = kind<readonly (number | null)[] | undefined>("a list of sizes", undefined, (value) =>
  isList(value) && value.every((size) => size === null || isCount(size)) ? value : undefined,
);
/** Any JSON, which the layer looks at itself. */
export const anything = kind<Json>("anything", null, (value) => value);
/** `{ class_name, config }` of a layer inside a layer. */
export const innerLayer = kind<JsonObject | undefined>("a layer", undefined, (value) =>
  isObject(value) ? value : undefined,
);
export const innerLayers = kind<readonly JsonObject[] | undefined>("a list of layers, not empty", undefined, (value) =>
  isList(value) && value.length > 0 && value.every(isObject) ? value : undefined,
);
/** Says something only where it is false, zero or null. */
export const mustBeFalse = kind<boolean>("false", false, (value) =>
  value === false || value === 0 ? false : undefined,
);

/** A whole number from `least` for each spatial dimension; one alone is for all. */
export function perDimension(rank: number, least: number, fallback?: number): ConfigKind<readonly number[]> {
  const words = rank === 1 ? `a whole number from ${least}` : `${rank} whole numbers from ${least}, or one for all`;
  const all = (value: number) => Array.from({ length: rank }, () => value);
  const read = (value: Json) => {
    const list = isCount(value) ? all(value) : value;
    const fits = isList(list) && list.length === rank && list.every((each) => isCount(each) && each >= least);
    return fits ? (list as readonly number[]) : undefined;
  };
  return { ...kind(words, all(fallback ?? least), read), required: fallback === undefined };
}

/** One of a few words; the first is the fallback. */
export function choice<T extends string>(fallback: T, ...others: readonly T[]): ConfigKind<T> {
  const options = [fallback, ...others];
  return kind<T>(`one of ${options.join(", ")}`, fallback, (value) =>
    typeof value === "string" ? options.find((option) => option === snakeCase(value)) : undefined,
  );
}

/** The same kind where the entry must be there. */
export function required<T>(of: ConfigKind<T | undefined>): ConfigKind<T>;
export function required<T>(of: ConfigKind<T>): ConfigKind<T> {
  return { ...of, required: true };
}

/** `kernelSize` → `kernel_size` */
export function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter, at: number) => `${at === 0 ? "" : "_"}${letter.toLowerCase()}`);
}

/** What every layer may have and what says how to train; none of it changes what a trained layer computes. */
const meaningless = new Set([
  "activity_regularizer",
  "autocast",
  "batch_input_shape",
  "build_config",
  "dtype",
  "dynamic",
  "initializer",
  "input_dtype",
  "input_shape",
  "module",
  "name",
  "ragged",
  "registered_name",
  "seed",
  "sparse",
  "trainable",
  "weights",
]);
const ofTraining = /_(?:initializer|regularizer|constraint)$/;

/** A config and where it belongs. */
export interface LayerConfig {
  /** The class, as the model calls it. */
  readonly className: string;
  readonly config: JsonObject;
  readonly location: SourceLocation;
}

/** The entries of a config. Fails with `import/unknown-attribute`, `import/attribute`. */
export function readConfig<K extends ConfigKinds>(kinds: K, { className, config, location }: LayerConfig): ConfigOf<K> {
  const entries = new Map(Object.entries(config).map(([name, value]) => [snakeCase(name), value]));
  for (const [name, value] of entries) {
    if (Object.hasOwn(kinds, name) || meaningless.has(name) || ofTraining.test(name) || value === null) continue;
    const known = Object.keys(kinds).join(", ") || "none";
    const expected = `entries of the config of ${className}: ${known}`;
    const remedy =
      "train and save the model with a layer that does without it, or register the layer as one of your own";
    fail("import/unknown-attribute", { at: location, expected, found: quoted(name), remedy });
  }
  const read = ([name, each]: readonly [string, ConfigKind<unknown>]) =>
    [name, readEntry(name, each, entries.get(name) ?? null, { className, location })] as const;
  return Object.fromEntries(Object.entries(kinds).map(read)) as ConfigOf<K>;
}

function readEntry<T>(
  name: string,
  { words, fallback, read, required: isRequired }: ConfigKind<T>,
  value: Json,
  { className, location }: Pick<LayerConfig, "className" | "location">,
): T {
  if (value === null && !isRequired) return fallback;
  const entry = value === null ? undefined : read(value);
  if (entry !== undefined) return entry;
  const expected = `${name} of ${className} to be ${words}`;
  const remedy = "save the model again; the file has been changed, or is written by something else than Keras";
  return fail("import/attribute", { at: location, expected, found: describeJson(value ?? undefined), remedy });
}
