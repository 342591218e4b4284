/** WebAssembly text → bytes, by wabt, which is loaded when first needed. */
import { invariant } from "../../diagnostics/error.js";
import { shallow } from "./unfold.js";

type Assembler = Awaited<ReturnType<typeof loadAssembler>>;

let assembler: Promise<Assembler> | undefined;

async function loadAssembler() {
  const { default: load } = await import("wabt");
  return load();
}

export interface AssembleOptions {
  readonly relaxed: boolean;
  /** Whether names of functions and variables go along, for debuggers and profilers. */
  readonly debug?: boolean;
}

/** The binary of a module's text. Throws `InternalError` where the text is wrong: it is always our own. */
export async function assemble(text: string, { relaxed, debug = false }: AssembleOptions): Promise<Uint8Array> {
  const wabt = await (assembler ??= loadAssembler());
  const module = parsed(() => wabt.parseWat("module.wat", shallow(text), { simd: true, relaxed_simd: relaxed }));
  try {
    return module.toBinary({ write_debug_names: debug }).buffer;
  } finally {
    module.destroy();
  }
}

function parsed<Result>(parse: () => Result): Result {
  try {
    return parse();
  } catch (error) {
    // Whatever went wrong may have gone over its memory.
    assembler = undefined;
    invariant(false, "assemble", error instanceof Error ? error.message : String(error));
  }
}
