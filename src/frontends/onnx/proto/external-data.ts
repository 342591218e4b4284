/**
 * Tensors whose data lie in files beside the model.
 * Source: https://onnx.ai/onnx/repo-docs/ExternalData.html
 */
import type { SourceLocation } from "../../../diagnostics/location.js";
import { isInsideFolder } from "../../reading/inside-folder.js";
import type { StringStringEntryProto, TensorProto } from "./messages.js";
import { quoted } from "../../../diagnostics/quoted.js";
import type { Reading } from "./reading.js";

/** Where the data of a tensor lie: a checked location, and the piece of the file. */
export interface ExternalPiece {
  readonly location: string;
  readonly byteOffset: number;
  /** As the model says; absent where it does not. */
  readonly byteLength: number | undefined;
}

/** Whether `data_location` is EXTERNAL. */
export function isExternal(proto: TensorProto): boolean {
  return proto.dataLocation === 1;
}

/** The piece a tensor names, or undefined with a problem recorded. */
export function externalPiece(
  proto: TensorProto,
  at: SourceLocation | string,
  { problems }: Reading,
): ExternalPiece | undefined {
  const location = entry(proto.externalData, "location") ?? "";
  if (!isInsideFolder(location)) {
    problems.add("import/external-location", { at, expected: "a relative path without ..", found: quoted(location) });
    return undefined;
  }
  const byteOffset = wholeNumber(entry(proto.externalData, "offset") ?? "0");
  const lengthText = entry(proto.externalData, "length");
  const byteLength = lengthText === undefined ? undefined : wholeNumber(lengthText);
  if (byteOffset !== undefined && (lengthText === undefined) === (byteLength === undefined))
    return { location, byteOffset, byteLength };
  const found = `offset ${quoted(entry(proto.externalData, "offset") ?? "0")}, length ${quoted(lengthText ?? "")}`;
  problems.add("import/external-data", { at, expected: "whole numbers for offset and length", found });
  return undefined;
}

/** The `byteLength` bytes of an external tensor, a view of its file; or undefined with a problem recorded. */
export function externalBytes(
  proto: TensorProto,
  byteLength: number,
  at: SourceLocation | string,
  reading: Reading,
): Uint8Array | undefined {
  const piece = externalPiece(proto, at, reading);
  if (piece === undefined) return undefined;
  const { location, byteOffset } = piece;
  const file = reading.files.get(location);
  const end = byteOffset + byteLength;
  if (file !== undefined && end <= file.length && (piece.byteLength ?? byteLength) === byteLength)
    return file.subarray(byteOffset, end);
  const expected = `${byteLength} bytes at ${byteOffset} of ${quoted(location)}`;
  const length = file === undefined ? "no such file" : `a file of ${file.length} bytes`;
  const found = piece.byteLength === undefined ? length : `${length}, of which the model claims ${piece.byteLength}`;
  reading.problems.add("import/external-data", { at, expected, found });
  return undefined;
}

/** The value of the last entry of that key, as protobuf maps have it. */
function entry(entries: readonly StringStringEntryProto[] | undefined, key: string): string | undefined {
  return entries?.findLast((candidate) => candidate.key === key)?.value;
}

function wholeNumber(text: string): number | undefined {
  return /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}
