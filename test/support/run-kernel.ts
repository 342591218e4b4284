/** Runs scheduled kernels on tensors, by the interpreter and as printed JavaScript. */
import { helpersIn } from "../../src/codegen/javascript/helpers.js";
import { printKernel } from "../../src/codegen/javascript/print-kernel.js";
import { runtimeFor } from "../../src/codegen/module/runtime-parts.js";
import { interpretKernel } from "../../src/ir/loops/interpret.js";
import type { Kernel } from "../../src/ir/loops/kernel.js";
import { allocate, type ElementType, type TypedArray } from "../../src/ir/types/element-type.js";
import type { Tensor } from "../../src/ir/types/tensor.js";
import { packTensor } from "../../src/passes/program/pack-weights.js";
import type { ScheduledKernel } from "../../src/passes/schedule/apply-schedule.js";
import { runWasmKernel } from "./run-wasm-kernel.js";

type Generated = (...parts: readonly (TypedArray | number)[]) => void;

/** The printed kernel as a function, once for all repeats. */
export function compileKernel(kernel: Kernel): (arrays: readonly TypedArray[], offsets: readonly number[]) => void {
  const text = printKernel(kernel);
  const source = `"use strict";\n${runtimeFor(helpersIn(text)).join("\n")}\nreturn ${text}`;
  const generated = new Function(source)() as Generated;
  return (arrays, offsets) => {
    const parts = arrays.flatMap((array, i) => [array, offsets[i] ?? 0]);
    if (kernel.repeat === undefined) generated(...parts);
    else for (let i = 0; i < kernel.repeat.count; i++) generated(...parts, i);
  };
}

/** Memory that begins with `offset` elements that are no part of the tensor. */
function shifted(elementType: ElementType, data: TypedArray, offset: number): TypedArray {
  const array = allocate(elementType, data.length + offset);
  array.set(data as never, offset);
  return array;
}

/** Memory of a kernel's operands, packed as it wants them, and of its result, each `offset` elements in. */
function memoriesOf({ kernel, packed }: ScheduledKernel, operands: readonly Tensor[], offset: number) {
  const read = operands.map((operand, i) => {
    const packing = packed.find(({ operand: number }) => number === i);
    return packing === undefined ? operand : packTensor(operand, 0, packing.pieces);
  });
  const last = kernel.parameters.at(-1);
  if (last === undefined) throw new RangeError("the kernel has no result");
  const result = allocate(last.elementType, last.length + offset);
  return { arrays: [...read.map(({ elementType, data }) => shifted(elementType, data, offset)), result], result };
}

function bytesOf(result: TypedArray, offset: number): Uint8Array {
  if (result instanceof Float32Array || result instanceof Float64Array)
    result.forEach((value, i) => (result[i] = Number.isNaN(value) ? NaN : value));
  return new Uint8Array(result.buffer, offset * result.BYTES_PER_ELEMENT);
}

/** As `runScheduled`, as WebAssembly; printed as if for so many calls. */
export async function runScheduledWasm(
  scheduled: ScheduledKernel,
  operands: readonly Tensor[],
  calls = 1,
): Promise<Uint8Array> {
  const { arrays, result } = memoriesOf(scheduled, operands, 0);
  await runWasmKernel(scheduled.kernel, arrays, calls);
  return bytesOf(result, 0);
}

/** Bytes of a kernel's result on `operands`, packed as the kernel wants them. All NaNs are one: engines choose their bits freely. */
export function runScheduled(
  scheduled: ScheduledKernel,
  operands: readonly Tensor[],
  by: "interpreter" | "javascript",
): Uint8Array {
  const { kernel } = scheduled;
  const offset = 3;
  const { arrays, result } = memoriesOf(scheduled, operands, offset);
  if (by === "javascript")
    compileKernel(kernel)(
      arrays,
      arrays.map(() => offset),
    );
  else
    interpretKernel(
      kernel,
      arrays.map((array) => ({ array, offset })),
    );
  return bytesOf(result, offset);
}
