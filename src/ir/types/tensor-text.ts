/**
 * The text form of tensors with data: `f32[2,2]{1, 2, 3, -0}`, or the bytes where numbers would be long or lose something:
 * `f32[64,64] base64 "…"`, little end first. Reading gives back every bit.
 */
import type { TextReader } from "../text/text-reader.js";
import { roundTo } from "./element-access.js";
import {
  allocate,
  elementTypes,
  isBigIntArray,
  isElementType,
  type ElementType,
  type TypedArray,
} from "./element-type.js";
import { decodeBf16, decodeF16, encodeBf16, encodeF16 } from "./half.js";
import { elementCount, formatShape, isValidShape, maximumElements, type Shape } from "./shape.js";
import { formatTensorType, tensorType, type Tensor, type TensorType } from "./tensor.js";

/** Tensors of more elements are written as bytes. */
const longest = 32;

/** The text of a tensor; with `elide` a long one is `f32[64,64]{…}`, which cannot be read back. */
export function printTensor(value: Tensor, { elide = false } = {}): string {
  const type = formatTensorType(value);
  const count = value.data.length;
  if (elide && count > 8) return `${type}{…}`;
  if (count > longest) return `${type} base64 "${toBase64(bytesOf(value.data))}"`;
  const texts = Array.from(value.data, (element: number | bigint) => elementText(value.elementType, element));
  const isExact = equalBytes(bytesOf(dataOf(value.elementType, texts) ?? value.data.slice(0, 0)), bytesOf(value.data));
  return isExact ? `${type}{${texts.join(", ")}}` : `${type} base64 "${toBase64(bytesOf(value.data))}"`;
}

/** A tensor with data. Sizes are checked before memory is taken. */
export function readTensor(reader: TextReader): Tensor {
  const type = readTensorType(reader);
  const count = elementCount(type.shape);
  const data = reader.takes("base64") ? readBytes(reader, type) : readNumbers(reader, type, count);
  return { ...type, data };
}

/** `f32[1,8,8,48]`; `graph/size` where no tensor has that shape. */
export function readTensorType(reader: TextReader): TensorType {
  const elementType = readElementType(reader);
  const shape = reader.list("[", "]", () => reader.natural("a size"));
  if (!isValidShape(shape))
    reader.fail("graph/size", { expected: `at most ${maximumElements} elements`, found: sizeFound(shape) });
  return tensorType(elementType, shape);
}

function sizeFound(shape: Shape): string {
  return shape.length > 64 ? `${shape.length} dimensions` : formatShape(shape);
}

function readElementType(reader: TextReader): ElementType {
  const at = reader.location;
  const name = reader.word("an element type");
  if (isElementType(name)) return name;
  return reader.fail("text/syntax", { expected: `one of ${Object.keys(elementTypes).join(", ")}`, found: name, at });
}

const truth = /true|false/y;

function readNumbers(reader: TextReader, { elementType, shape }: TensorType, count: number): TypedArray {
  const at = reader.location;
  const texts = reader.list("{", "}", () => {
    if (reader.sees("…")) reader.fail("text/elided");
    return (elementType === "bool" ? reader.match(truth) : undefined) ?? reader.numeral();
  });
  const type = `${elementType}${formatShape(shape)}`;
  if (texts.length !== count)
    reader.fail("text/tensor", { expected: `${count} elements for ${type}`, found: String(texts.length), at });
  const data = dataOf(elementType, texts);
  return (
    data ??
    reader.fail("text/tensor", { expected: `elements of ${elementType}`, found: texts.slice(0, 8).join(", "), at })
  );
}

function readBytes(reader: TextReader, type: TensorType): TypedArray {
  const at = reader.location;
  const text = reader.string("base64");
  const length = elementCount(type.shape) * elementTypes[type.elementType].bytes;
  const expected = `${length} bytes for ${formatTensorType(type)}`;
  if (text.length !== Math.ceil(length / 3) * 4)
    reader.fail("text/tensor", { expected, found: `${text.length} characters of base64`, at });
  const bytes = fromBase64(text);
  if (bytes?.length !== length) return reader.fail("text/tensor", { expected, found: "no base64", at });
  const data = allocate(type.elementType, elementCount(type.shape));
  bytesOf(data).set(bytes);
  return data;
}

/** The shortest text that reads back as the element. */
function elementText(type: ElementType, element: number | bigint): string {
  if (typeof element === "bigint") return element.toString();
  if (type === "bool") return element === 1 ? "true" : "false";
  if (type === "f16") return shortest(decodeF16(element), type);
  if (type === "bf16") return shortest(decodeBf16(element), type);
  return type === "f32" ? shortest(element, type) : numberText(element);
}

function shortest(value: number, type: ElementType): string {
  for (let digits = 1; digits < 10; digits++) {
    const candidate = Number(value.toPrecision(digits));
    if (Object.is(roundTo(type, candidate), value)) return numberText(candidate);
  }
  return numberText(value);
}

/** The shortest text of a double, with the sign of zero. */
export function numberText(value: number): string {
  return Object.is(value, -0) ? "-0" : String(value);
}

/** The array of elements as they are written, or undefined where one is no element of the type. */
function dataOf(type: ElementType, texts: readonly string[]): TypedArray | undefined {
  const data = allocate(type, texts.length);
  if (isBigIntArray(data)) {
    if (!texts.every((text) => /^-?\d{1,20}$/.test(text))) return undefined;
    texts.forEach((text, i) => (data[i] = BigInt(text)));
    return texts.every((text, i) => BigInt(text) === data[i]) ? data : undefined;
  }
  const values = texts.map(valueOf);
  const encode = type === "f16" ? encodeF16 : type === "bf16" ? encodeBf16 : (value: number) => value;
  values.forEach((value, i) => (data[i] = encode(value)));
  const isFloat = elementTypes[type].family === "float";
  return isFloat || values.every((value, i) => value === data[i] && (type !== "bool" || value <= 1)) ? data : undefined;
}

function valueOf(text: string): number {
  return text === "true" ? 1 : text === "false" ? 0 : Number(text);
}

function bytesOf(data: TypedArray): Uint8Array {
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}

function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}

/** A multiple of three, so that pieces join without padding between them. */
const pieceBytes = 3 * 8192;

function toBase64(bytes: Uint8Array): string {
  const pieces: string[] = [];
  for (let at = 0; at < bytes.length; at += pieceBytes)
    pieces.push(btoa(String.fromCharCode(...bytes.subarray(at, at + pieceBytes))));
  return pieces.join("");
}

function fromBase64(text: string): Uint8Array | undefined {
  try {
    const characters = atob(text);
    const bytes = new Uint8Array(characters.length);
    for (let i = 0; i < bytes.length; i++) bytes[i] = characters.charCodeAt(i);
    return bytes;
  } catch {
    return undefined;
  }
}
