/** Results of element type f16 as Float16Array, where the engine has it and the caller asks for it. */

interface HalfArrayClass {
  new (buffer: ArrayBufferLike): ArrayBufferView;
}

/** The class to give f16 results as; undefined means the Uint16Array of their bits. */
export function halfArrayClass(wanted: boolean | undefined): HalfArrayClass | undefined {
  if (!wanted) return undefined;
  const found = (globalThis as { readonly Float16Array?: HalfArrayClass }).Float16Array;
  if (found === undefined) {
    throw Object.assign(
      new TypeError("this engine has no Float16Array: load without float16 to get Uint16Array bits"),
      {
        code: "load/float16",
      },
    );
  }
  return found;
}
