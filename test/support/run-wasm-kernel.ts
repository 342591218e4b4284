/** Runs one kernel as WebAssembly, for comparison with the interpreter. */
import { assemble } from "../../src/codegen/wasm/assemble.js";
import { carriedBy, importTexts } from "../../src/codegen/wasm/carried.js";
import { printKernelWat } from "../../src/codegen/wasm/print-kernel.js";
import { unaryFunctions, floatBinaryFunctions } from "../../src/ir/computation/scalar-functions.js";
import type { Kernel } from "../../src/ir/loops/kernel.js";
import type { TypedArray } from "../../src/ir/types/element-type.js";
import { encodeBf16, encodeF16 } from "../../src/runtime/half-floats.js";

/** What a module imports, from the tables the interpreter uses. */
function imported(name: string): (...values: number[]) => number {
  if (name === "encode_f16") return encodeF16 as (value: number) => number;
  if (name === "encode_bf16") return encodeBf16 as (value: number) => number;
  const plain = name.replace(/^wrapped_/, "");
  const tables: Readonly<Record<string, (...values: number[]) => number>> = {
    ...floatBinaryFunctions,
    ...unaryFunctions,
  };
  const found = tables[plain];
  if (found === undefined) throw new Error(`no function ${plain}`);
  return found;
}

/**
 * Runs the kernel on arrays, one per parameter, which it reads and writes; all repeats of it.
 * `calls`: how many calls it is printed for, which is how much text its loops are worth.
 */
export async function runWasmKernel(kernel: Kernel, arrays: readonly TypedArray[], calls = 1): Promise<void> {
  const { addresses, end } = placed(arrays);
  const text = printKernelWat(kernel, { name: "kernel", relaxed: false, calls });
  const { functions, imports } = carriedBy([text]);
  const memory = `(memory (export "memory") ${Math.ceil(end / 65_536)})`;
  const exported = text.replace("(func $kernel", '(func $kernel (export "kernel")');
  const module = `(module ${[...importTexts(imports), memory, exported, ...functions].join("\n")})`;
  const bytes = (await assemble(module, { relaxed: false })).slice();
  const js = Object.fromEntries(imports.map((name) => [name, imported(name)]));
  const { exports } = (await WebAssembly.instantiate(bytes, { js })).instance;
  const { buffer } = exports.memory as WebAssembly.Memory;
  const inside = (i: number): Uint8Array => new Uint8Array(buffer, addresses[i], arrays[i].byteLength);
  const raw = ({ buffer: own, byteOffset, byteLength }: TypedArray) => new Uint8Array(own, byteOffset, byteLength);
  arrays.forEach((array, i) => inside(i).set(raw(array)));
  const run = exports.kernel as (...given: number[]) => void;
  const { count } = kernel.repeat ?? { count: undefined };
  if (count === undefined) run(...addresses);
  else for (let i = 0; i < count; i++) run(...addresses, i);
  arrays.forEach((array, i) => raw(array).set(inside(i)));
}

function placed(arrays: readonly TypedArray[]): { readonly addresses: readonly number[]; readonly end: number } {
  let end = 16;
  const addresses = arrays.map(({ byteLength }) => {
    const start = end;
    end += Math.ceil((byteLength + 1) / 16) * 16;
    return start;
  });
  return { addresses, end };
}
