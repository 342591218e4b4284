/**
 * Kernel calls of TensorFlow.js' own specs with the results they expect: JSON lines of the kernel's name, attributes, inputs, outputs.
 * Numbers that JSON lacks are strings there.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { ElementType } from "../../src/ir/types/element-type.js";
import { elementCount } from "../../src/ir/types/shape.js";
import { tensor, type Tensor } from "../../src/ir/types/tensor.js";

/** Attributes as TensorFlow.js hands them to a kernel. */
export type TfjsAttributes = Readonly<Record<string, unknown>>;

export interface TfjsCase {
  /** `Conv2D 3: conv2d cpu {} x=[2,2,1] f=[2,2,1,1] s=1 d=1 p=0`; the number is the line's, from 0. */
  readonly name: string;
  /** `Conv2D 3` */
  readonly id: string;
  readonly attributes: TfjsAttributes;
  readonly inputs: Readonly<Record<string, Tensor>>;
  readonly outputs: readonly Tensor[];
}

interface StoredTensor {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly data: readonly (number | string | boolean)[];
}

interface StoredCase {
  readonly kernel: string;
  readonly attrs: TfjsAttributes;
  readonly inputs: Readonly<Record<string, StoredTensor>>;
  readonly outputs: readonly StoredTensor[];
  readonly spec: string;
}

/** All cases of a kernel whose tensors are numbers or truth values, in the order of the file. */
export function tfjsCases(folder: string, kernel: string): readonly TfjsCase[] {
  const text = readFileSync(join(folder, `conformance/tfjs/kernels/${kernel}.jsonl`), "utf8");
  const lines = text.trim().split("\n");
  return lines.flatMap((line, number) => {
    const { attrs, inputs, outputs, spec } = JSON.parse(line) as StoredCase;
    if ([...Object.values(inputs), ...outputs].some(({ dtype }) => elementTypes[dtype] === undefined)) return [];
    const read = Object.entries(inputs).map(([name, stored]) => [name, readTensor(stored)] as const);
    return {
      name: `${kernel} ${number}: ${spec}`,
      id: `${kernel} ${number}`,
      attributes: attrs,
      inputs: Object.fromEntries(read),
      outputs: outputs.map(readTensor),
    };
  });
}

/** How many calls of a kernel there are, and how many of them have tensors of text or complex numbers, which are no cases. */
export function tfjsCounts(folder: string, kernel: string): { readonly all: number; readonly noNumbers: number } {
  const text = readFileSync(join(folder, `conformance/tfjs/kernels/${kernel}.jsonl`), "utf8");
  const all = text.trim().split("\n").length;
  return { all, noNumbers: all - tfjsCases(folder, kernel).length };
}

const elementTypes: Readonly<Record<string, ElementType>> = { float32: "f32", int32: "i32", bool: "bool" };
const unwritable: Readonly<Record<string, number>> = { NaN, Inf: Infinity, "-Inf": -Infinity, "-0": -0 };

function readTensor({ dtype, shape, data }: StoredTensor): Tensor {
  const elementType = elementTypes[dtype];
  if (elementType === undefined) throw new Error(`a tensor of ${dtype}`);
  if (data.length !== elementCount(shape)) throw new Error(`${data.length} values for [${shape.join(",")}]`);
  return tensor(elementType, shape, data.map(readNumber));
}

function readNumber(value: number | string | boolean): number {
  if (typeof value !== "string") return Number(value);
  const number = unwritable[value];
  if (number === undefined) throw new Error(`a number ${value}`);
  return number;
}
