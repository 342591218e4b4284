/** TypeProto and ValueInfoProto → types of values. Everything may be missing here: exporters say what they know. */
import type { DimensionProto, TensorTypeProto, TypeProto, ValueInfoProto } from "./messages.js";
import { onnxElementType } from "./element-type.js";
import type { OnnxDimension, OnnxType, OnnxValueInfo } from "./model.js";
import { quoted } from "../../../diagnostics/quoted.js";
import type { Reading } from "./reading.js";
import { maximumRank } from "./tensor.js";

/** Name and type of a value; a size or rank no tensor can have is recorded as a problem. */
export function buildValueInfo(proto: ValueInfoProto, reading: Reading): OnnxValueInfo {
  const name = proto.name ?? "";
  return { name, type: buildType(proto.type, `${reading.source}, value ${quoted(name)}`, reading) };
}

/** The type `proto` describes; the kind is "unknown" where it describes none. */
export function buildType(proto: TypeProto | undefined, at: string, reading: Reading): OnnxType {
  if (proto?.tensorType !== undefined) return tensorType(proto.tensorType, at, reading);
  if (proto?.sequenceType !== undefined)
    return { kind: "sequence", element: buildType(proto.sequenceType.elemType, at, reading) };
  if (proto?.optionalType !== undefined)
    return { kind: "optional", element: buildType(proto.optionalType.elemType, at, reading) };
  if (proto?.mapType !== undefined) return { kind: "map" };
  if (proto?.sparseTensorType !== undefined) return { kind: "sparse tensor" };
  return { kind: proto?.opaqueType === undefined ? "unknown" : "opaque" };
}

function tensorType(proto: TensorTypeProto, at: string, reading: Reading): OnnxType {
  const elementType = onnxElementType(proto.elemType);
  const sizes = proto.shape === undefined ? undefined : (proto.shape.dim ?? []);
  if (sizes !== undefined && sizes.length > maximumRank) {
    reading.problems.add("import/tensor-shape", {
      at,
      expected: `at most ${maximumRank} sizes`,
      found: `${sizes.length}`,
    });
    return { kind: "tensor", elementType, dimensions: undefined };
  }
  return { kind: "tensor", elementType, dimensions: sizes?.map((size) => dimension(size, at, reading)) };
}

/** Exporters write −1 for a size they do not know. */
function dimension({ dimValue, dimParam }: DimensionProto, at: string, reading: Reading): OnnxDimension {
  if (dimValue === undefined) return dimParam === "" ? undefined : dimParam;
  if (dimValue < 0n) return undefined;
  if (dimValue <= BigInt(Number.MAX_SAFE_INTEGER)) return Number(dimValue);
  const expected = `a size of at most ${Number.MAX_SAFE_INTEGER}`;
  reading.problems.add("import/tensor-shape", { at, expected, found: `${dimValue}` });
  return undefined;
}
