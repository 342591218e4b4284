/** Tensors as `.npy` files. */
import { readFile, writeFile } from "node:fs/promises";
import { dump, parse, type DType } from "npyjs";
import { fail } from "../diagnostics/error.js";
import { allocate, elementTypes, type ElementType, type TypedArray } from "../ir/types/element-type.js";
import { elementCount, equalShapes, formatShape } from "../ir/types/shape.js";
import { formatTensorType, type Tensor, type TensorType } from "../ir/types/tensor.js";
import { reasonOf } from "./model-options.js";

const dtypes: Readonly<Record<ElementType, DType | undefined>> = {
  f32: "f4",
  f64: "f8",
  f16: "f2",
  bf16: undefined,
  i8: "i1",
  i16: "i2",
  i32: "i4",
  i64: "i8",
  u8: "u1",
  u16: "u2",
  u32: "u4",
  u64: "u8",
  bool: "b1",
};

/** The tensor of a file, which must have the wanted type; a file of as many elements in another shape is refused. */
export async function readNpy(path: string, wanted: TensorType): Promise<Tensor> {
  const { data, shape, dtype, fortranOrder } = await parsed(path);
  const found = `${dtype} ${formatShape(shape)}${fortranOrder ? " in Fortran order" : ""}`;
  const right =
    dtype === dtypes[wanted.elementType] && equalShapes(shape, wanted.shape) && (!fortranOrder || shape.length < 2);
  if (!right || data.length !== elementCount(shape)) {
    fail("command/tensor", {
      at: path,
      expected: `${dtypes[wanted.elementType]} ${formatShape(wanted.shape)} in C order`,
      found,
    });
  }
  return { ...wanted, data };
}

async function parsed(
  path: string,
): Promise<{ data: TypedArray; shape: number[]; dtype: DType; fortranOrder: boolean }> {
  try {
    const bytes = new Uint8Array(await readFile(path));
    const { data, ...rest } = parse(bytes.buffer, { convertFloat16: false });
    return { ...rest, data: data as TypedArray };
  } catch (error) {
    return fail("command/file", { at: path, found: reasonOf(error) });
  }
}

/** Writes a tensor; bf16 is written as f32. */
export async function writeNpy(path: string, { elementType, shape, data }: Tensor): Promise<void> {
  const dtype = dtypes[elementType];
  if (dtype === undefined)
    fail("command/tensor", {
      at: path,
      expected: "a type .npy files have",
      found: formatTensorType({ elementType, shape }),
    });
  await writeFile(path, new Uint8Array(dump(data, [...shape], { dtype })));
}

/** Small whole numbers and halves from a seed: reproducible data whose sums are nearly exact. */
export function seededTensor({ elementType, shape }: TensorType, seed: number): Tensor {
  const data = allocate(elementType, elementCount(shape));
  let state = (seed ^ 0x9e3779b9) >>> 0;
  const next = (): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return (state >>> 24) - 128;
  };
  for (let i = 0; i < data.length; i++) data[i] = seededElement(elementType, next()) as never;
  return { elementType, shape, data };
}

/** `byte` is a whole number from −128 to 127. */
function seededElement(elementType: ElementType, byte: number): number | bigint {
  if (elementType === "bool") return byte & 1;
  if (elementType === "f16") return ((byte & 0x80) << 8) | (0x3800 + (byte & 0x7f) * 8);
  if (elementType === "bf16") return ((byte & 0x80) << 8) | (0x3f00 + (byte & 0x7f));
  const { family, bytes, signed } = elementTypes[elementType];
  if (family === "float") return byte / 64;
  const whole = signed ? byte >> 5 : (byte + 128) >> 5;
  return bytes === 8 ? BigInt(whole) : whole;
}
