/** WebAssembly text → bytes, by wabt, which is loaded when first needed. */
import { invariant } from "../../diagnostics/error.js";

type Assembler = Awaited<ReturnType<typeof loadAssembler>>;

let assembler: Promise<Assembler> | undefined;

async function loadAssembler() {
  const { default: load } = await import("wabt");
  return load();
}

/** The binary of a module's text. Throws `InternalError` where the text is wrong: it is always our own. */
export async function assemble(text: string, { relaxed }: { readonly relaxed: boolean }): Promise<Uint8Array> {
  const wabt = await (assembler ??= loadAssembler());
  const module = parsed(() => wabt.parseWat("module.wat", text, { simd: true, relaxed_simd: relaxed }));
  try {
    return module.toBinary({ write_debug_names: true }).buffer;
  } finally {
    module.destroy();
  }
}

function parsed<Result>(parse: () => Result): Result {
  try {
    return parse();
  } catch (error) {
    invariant(false, "assemble", error instanceof Error ? error.message : String(error));
  }
}
