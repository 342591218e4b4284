/** Where everything lies in a module's one memory: weights, then inputs, outputs and the arena. Byte addresses. */
import type { Argument, Program } from "../../ir/program/program.js";
import { elementTypes, type ElementType } from "../../ir/types/element-type.js";
import { elementCount } from "../../ir/types/shape.js";

/** Vectors, and the rows of packed weights, lie within one line of the cache. */
const alignment = 64;
export const pageBytes = 65_536;

export interface WasmMemory {
  readonly segments: readonly number[];
  readonly inputs: readonly number[];
  readonly outputs: readonly number[];
  readonly arena: number;
  readonly pages: number;
}

export function layOutMemory({ segments, inputs, outputs, arenaBytes }: Program): WasmMemory {
  let end = alignment;
  const take = (bytes: number): number => {
    const start = end;
    end = Math.ceil((start + bytes) / alignment) * alignment;
    return start;
  };
  const sizeOf = ({ elementType, shape }: { readonly elementType: ElementType; readonly shape: readonly number[] }) =>
    elementCount(shape) * elementTypes[elementType].bytes;
  return {
    segments: segments.map(({ data }) => take(sizeOf(data))),
    inputs: inputs.map(({ type }) => take(sizeOf(type))),
    outputs: outputs.map(({ type }) => take(sizeOf(type))),
    arena: take(arenaBytes),
    pages: Math.ceil(end / pageBytes),
  };
}

/** The byte address of a call's argument. */
export function addressOf(argument: Argument, elementType: ElementType, memory: WasmMemory): number {
  const offset = argument.offset * elementTypes[elementType].bytes;
  switch (argument.kind) {
    case "arena":
      return memory.arena + offset;
    case "input":
      return (memory.inputs[argument.port] ?? 0) + offset;
    case "output":
      return (memory.outputs[argument.port] ?? 0) + offset;
    case "weights":
      return (memory.segments[argument.segment] ?? 0) + offset;
  }
}
