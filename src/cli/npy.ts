/** Tensors as `.npy` files. The format: https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html */
import { dump, parse, type DType } from "npyjs";
import { fail } from "../diagnostics/error.js";
import { allocate, type ElementType, type TypedArray } from "../ir/types/element-type.js";
import { elementReader } from "../ir/types/element-access.js";
import { elementCount, equalShapes, formatShape } from "../ir/types/shape.js";
import type { Tensor, TensorType } from "../ir/types/tensor.js";
import { readBytes, reasonOf } from "./read-file.js";

/** NumPy has no bf16. */
const dtypes: Readonly<Record<Exclude<ElementType, "bf16">, DType>> = {
  f32: "f4",
  f64: "f8",
  f16: "f2",
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

/** The tensor of a file, which must have the wanted type. Fails with `command/file`, `command/tensor`. */
export async function readNpy(path: string, wanted: TensorType): Promise<Tensor> {
  const { elementType, shape } = wanted;
  if (elementType === "bf16") {
    return fail("command/tensor", { at: path, expected: "an input that .npy files can hold", found: "bf16" });
  }
  const found = await parsed(path);
  const type = dtypes[elementType];
  const isDense = !found.fortranOrder || found.shape.length < 2;
  if (found.dtype !== type || !equalShapes(found.shape, shape) || !isDense) {
    const order = found.fortranOrder ? " in Fortran order" : "";
    fail("command/tensor", {
      at: path,
      expected: `${type} ${formatShape(shape)} in C order`,
      found: `${found.dtype} ${formatShape(found.shape)}${order}`,
    });
  }
  return { elementType, shape, data: completeData(path, found.data, wanted) };
}

interface NpyFile {
  /** Booleans are an array of them. */
  readonly data: TypedArray | readonly boolean[];
  readonly shape: readonly number[];
  readonly dtype: string;
  readonly fortranOrder: boolean;
}

async function parsed(path: string): Promise<NpyFile> {
  const bytes = await readBytes(path);
  try {
    // A copy, since a view may begin anywhere and typed arrays may not.
    const file: Omit<NpyFile, "data"> & { readonly data: unknown } = parse(Uint8Array.from(bytes).buffer, {
      convertFloat16: false,
    });
    return { ...file, data: file.data as NpyFile["data"] };
  } catch (error) {
    return fail("command/tensor", { at: path, expected: "a .npy file, little-endian", found: reasonOf(error) });
  }
}

function completeData(path: string, data: NpyFile["data"], { elementType, shape }: TensorType): TypedArray {
  const count = elementCount(shape);
  if (data.length !== count) {
    fail("command/tensor", { at: path, expected: `${count} elements`, found: `${data.length}` });
  }
  if (ArrayBuffer.isView(data)) return data as TypedArray;
  const bytes = allocate(elementType, count);
  for (let i = 0; i < count; i++) bytes[i] = Number(data[i]) as never;
  return bytes;
}

/** The bytes of a tensor's file; bf16 is written as f32. */
export function npyFile(tensor: Tensor): Uint8Array {
  const { elementType, shape, data } = tensor;
  if (elementType === "bf16") {
    const read = elementReader(tensor);
    return npyFile({ elementType: "f32", shape, data: Float32Array.from({ length: data.length }, (_, i) => read(i)) });
  }
  return new Uint8Array(dump(data, [...shape], { dtype: dtypes[elementType] }));
}
