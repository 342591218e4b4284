/**
 * One call of a layer: `[[layer, call, result, options], …]` as Keras 2 and TensorFlow.js write it, or `{ args, kwargs }` of Keras 3,
 * in which values are objects that have a `keras_history`.
 */
import {
  asNumber,
  asString,
  elements,
  isAbsent,
  isList,
  isObject,
  member,
  refuse,
  type Json,
  type JsonAt,
} from "../../json.js";

/** Result `result` of call `node` of the layer of that name. */
export interface InboundReference {
  readonly layer: string;
  readonly node: number;
  readonly result: number;
}

export interface Inbound {
  readonly inputs: readonly InboundReference[];
  readonly options: ReadonlyMap<string, InboundOption>;
}

/** A value of another layer, or a plain setting. */
export type InboundOption =
  { readonly kind: "value"; readonly value: InboundReference } | { readonly kind: "plain"; readonly value: Json };

export function readInboundNode(given: JsonAt): Inbound {
  if (isObject(given.value)) return readKeras3(given);
  const isSingle = isList(given.value) && typeof given.value[0] === "string";
  const parts = (isSingle ? [given] : elements(given)).map(readPart);
  return {
    inputs: parts.map(({ reference }) => reference),
    options: new Map(parts.flatMap(({ options }) => [...options])),
  };
}

function readPart(given: JsonAt): { readonly reference: InboundReference; readonly options: Inbound["options"] } {
  const [layer, node, result, options] = elements(given);
  if (result === undefined) return refuse(given, "[layer, call, result]");
  const reference = referenceOf([layer, node, result]);
  return { reference, options: options === undefined || isAbsent(options) ? new Map() : readOptions(options) };
}

function referenceOf([layer, node, result]: readonly JsonAt[]): InboundReference {
  return { layer: asString(layer), node: asNumber(node), result: asNumber(result) };
}

/** Options whose value is `[layer, call, result]` are values of other layers. */
function readOptions(given: JsonAt): Inbound["options"] {
  if (!isObject(given.value)) return refuse(given, "an object");
  return new Map(
    Object.keys(given.value).map((name) => {
      const option = member(given, name);
      const reference = looksLikeReference(option.value) ? referenceOf(elements(option)) : undefined;
      return [name, optionOf(reference, option)] as const;
    }),
  );
}

function optionOf(reference: InboundReference | undefined, { value = null }: JsonAt): InboundOption {
  return reference === undefined ? { kind: "plain", value } : { kind: "value", value: reference };
}

function looksLikeReference(value: Json | undefined): boolean {
  if (!isList(value) || value.length < 3) return false;
  return typeof value[0] === "string" && typeof value[1] === "number" && typeof value[2] === "number";
}

function readKeras3(given: JsonAt): Inbound {
  const [args, kwargs] = [member(given, "args"), member(given, "kwargs")];
  const inputs = isAbsent(args) ? [] : elements(args).flatMap((argument) => historiesIn(argument, 0));
  if (isAbsent(kwargs)) return { inputs, options: new Map() };
  if (!isObject(kwargs.value)) return refuse(kwargs, "an object");
  const options = Object.keys(kwargs.value).map((name) => {
    const option = member(kwargs, name);
    const [history] = historiesIn(option, 0);
    return [name, optionOf(history, option)] as const;
  });
  return { inputs, options: new Map(options) };
}

/** The values in an argument: one, or lists of them. */
function historiesIn(given: JsonAt, depth: number): readonly InboundReference[] {
  if (isList(given.value) && depth < 4) return elements(given).flatMap((each) => historiesIn(each, depth + 1));
  if (!isObject(given.value)) return [];
  const config = member(given, "config");
  if (!isObject(config.value)) return [];
  const history = member(config, "keras_history");
  return isAbsent(history) ? [] : [referenceOf(threeOf(history))];
}

function threeOf(history: JsonAt): readonly JsonAt[] {
  const list = elements(history);
  return list.length >= 3 ? list : refuse(history, "[layer, call, result]");
}
