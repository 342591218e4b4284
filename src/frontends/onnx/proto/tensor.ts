/**
 * TensorProto → tensor. The shape is checked before anything is believed about the data, and the data against the shape before
 * memory is taken; what does not fit is a problem with the tensor's name.
 */
import type { SourceLocation } from "../../../diagnostics/location.js";
import { elementTypes, isElementType, type ElementType, type TypedArray } from "../../../ir/types/element-type.js";
import { elementCount, formatShape, isValidShape, maximumElements, type Shape } from "../../../ir/types/shape.js";
import { onnxElementType } from "./element-type.js";
import { externalBytes, isExternal } from "./external-data.js";
import type { TensorProto } from "./messages.js";
import type { OnnxTensor } from "./model.js";
import { quoted } from "../../../diagnostics/quoted.js";
import type { Reading } from "./reading.js";
import { elementsOfBytes, numbersOf } from "./tensor-data.js";

/** NumPy's own limit; no operator of ONNX comes near. */
export const maximumRank = 64;

/** The tensor, or undefined with a problem recorded at `at`. */
export function buildTensor(proto: TensorProto, at: SourceLocation | string, reading: Reading): OnnxTensor | undefined {
  const elementType = storedType(proto, at, reading);
  const shape = shapeOf(proto, at, reading);
  if (elementType === undefined || shape === undefined) return undefined;
  const data = dataOf({ proto, elementType, shape, at, reading });
  return data === undefined ? undefined : { name: proto.name ?? "", elementType, shape, data };
}

/** Where an initializer is. */
export function placeOfTensor(proto: TensorProto, source: string): string {
  return `${source}, tensor ${quoted(proto.name ?? "")}`;
}

function storedType(proto: TensorProto, at: SourceLocation | string, reading: Reading): ElementType | undefined {
  const elementType = onnxElementType(proto.dataType);
  if (isElementType(elementType)) return elementType;
  reading.problems.add("import/element-type", {
    at,
    expected: Object.keys(elementTypes).join(", "),
    found: elementType === "UNDEFINED" ? `the number ${proto.dataType ?? 0}, which names no type` : elementType,
  });
  return undefined;
}

function shapeOf(proto: TensorProto, at: SourceLocation | string, reading: Reading): Shape | undefined {
  const rank = proto.dims?.length ?? 0;
  const expected = `at most ${maximumRank} sizes from 0, at most ${maximumElements} elements`;
  const shape = rank > maximumRank ? undefined : Array.from(proto.dims?.values() ?? [], Number);
  if (shape !== undefined && isValidShape(shape)) return shape;
  const found = shape === undefined ? `${rank} sizes` : formatShape(shape);
  reading.problems.add("import/tensor-shape", { at, expected, found });
  return undefined;
}

interface DataRequest {
  readonly proto: TensorProto;
  readonly elementType: ElementType;
  readonly shape: Shape;
  readonly at: SourceLocation | string;
  readonly reading: Reading;
}

function dataOf(request: DataRequest): TypedArray | undefined {
  const { proto, elementType, at, reading } = request;
  const byteLength = elementCount(request.shape) * elementTypes[elementType].bytes;
  if (proto.segment !== undefined) return misfit(request, "the whole tensor", "a segment of it");
  if (isExternal(proto)) {
    const bytes = externalBytes(proto, byteLength, at, reading);
    return bytes === undefined ? undefined : elementsOfBytes(elementType, bytes);
  }
  const raw = proto.rawData?.length ?? 0;
  const typed = numbersOf(proto, elementType).length;
  if (raw > 0 && typed > 0) return misfit(request, "raw_data or numbers", "both");
  if (proto.rawData === undefined || raw === 0) return typedData(request);
  if (raw !== byteLength) return misfit(request, `${byteLength} bytes`, `${raw}`);
  return elementsOfBytes(elementType, proto.rawData);
}

function typedData(request: DataRequest): TypedArray | undefined {
  const { field, length, elements } = numbersOf(request.proto, request.elementType);
  const count = elementCount(request.shape);
  if (length !== count) return misfit(request, `${count} numbers in ${field}, or raw_data`, `${length}`);
  const data = elements();
  return "misfit" in data ? misfit(request, "numbers of this type", `${data.misfit} in ${field}`) : data;
}

function misfit({ elementType, shape, at, reading }: DataRequest, what: string, found: string): undefined {
  reading.problems.add("import/tensor-data", {
    at,
    expected: `${what} for ${elementType}${formatShape(shape)}`,
    found,
  });
  return undefined;
}
