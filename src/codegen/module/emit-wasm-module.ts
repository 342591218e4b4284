/**
 * Program → ES module around WebAssembly, the WebAssembly, `.d.ts` and weights. The same to the byte whenever the program
 * and the options are; the API is that of the JavaScript module, and the model's own arrays besides.
 */
import type { Program } from "../../ir/program/program.js";
import { verifyProgram } from "../../ir/program/verify.js";
import { assemble } from "../wasm/assemble.js";
import { layOutMemory, pageBytes, type WasmMemory } from "../wasm/memory.js";
import { printModuleWat } from "../wasm/print-module.js";
import { identifier } from "../javascript/literal.js";
import { apartTexts } from "./apart.js";
import { declarationText } from "./declaration.js";
import { baseFileName } from "./file-name.js";
import { headerText } from "./header.js";
import { checkLimits, checkMemory } from "./limits.js";
import type { Emitted, EmittedFile, ModuleOptions, WeightsPlace } from "./options.js";
import { joinTexts, statsOf } from "./parts.js";
import { portTexts, takerText, type PortText } from "./ports.js";
import { runtimeFor } from "./runtime-parts.js";
import { layOutWeights, type WeightsLayout } from "./safetensors.js";
import { nameThings } from "./scope.js";
import { entryName, wasmFiles, wasmTexts, wasmVariant, type PlacedWasm } from "./wasm-files.js";
import { wasmFrameNeeds, wasmFrameText, type WasmParts, type WeightsRun } from "./wasm-frame.js";
import { placeWeights, weightsTexts } from "./weights.js";

export type WasmModuleOptions = Omit<ModuleOptions, "printKernel"> & { readonly weights: WeightsPlace };

/** Names the frame binds beside those of every module. */
const names = ["exports", "instance", "module", "variant", "beside", "bytes", "buffer", "baselineText", "relaxedText"];

/**
 * Emits `program` as `<name>.js`, `<name>.d.ts`, `<name>.wasm`, `<name>.relaxed.wasm` and, where weights go beside it,
 * `<name>.weights.safetensors`; with weights `inline`, as the first two alone.
 */
export async function emitWasmModule(program: Program, options: WasmModuleOptions): Promise<Emitted> {
  verifyProgram(program);
  checkLimits(program);
  const base = baseFileName(options.name);
  const memory = layOutMemory(program);
  checkMemory(memory.pages * pageBytes, program.name);
  const { wasm, imports } = await assembled(program, memory, base, options.weights === "inline" ? "inline" : "side");
  const { parts, texts } = partsOf(program, memory, wasm, imports, options, base);
  const header = headerText(options);
  const text = joinTexts([
    header,
    await wasmFrameText(parts),
    ...texts,
    ...runtimeFor(wasmFrameNeeds(parts)),
    ...wasmTexts(wasm),
    ...weightsTexts(parts.weights),
  ]);
  const files: EmittedFile[] = [
    { path: `${base}.js`, contents: text },
    { path: `${base}.d.ts`, contents: await declarationText(program, parts.weights, header, wasm.kind) },
    ...wasmFiles(wasm),
  ];
  if (parts.weights.kind === "side") files.push({ path: parts.weights.facts.file, contents: parts.weights.bytes });
  return { files, stats: statsOf(program, text, parts.weights.dataBytes) };
}

async function assembled(
  program: Program,
  memory: WasmMemory,
  base: string,
  kind: PlacedWasm["kind"],
): Promise<{ readonly wasm: PlacedWasm; readonly imports: readonly string[] }> {
  const entry = entryName(printModuleWat(program, memory, { relaxed: false }).text);
  const variant = async (relaxed: boolean) => {
    const { text, imports } = printModuleWat(program, memory, { relaxed, entry });
    const file = relaxed ? `${base}.relaxed.wasm` : `${base}.wasm`;
    return { ...wasmVariant(file, await assemble(text, { relaxed })), imports };
  };
  const [baseline, relaxed] = [await variant(false), await variant(true)];
  return { wasm: { kind, entry, baseline, relaxed }, imports: baseline.imports };
}

function partsOf(
  program: Program,
  memory: WasmMemory,
  wasm: PlacedWasm,
  imports: readonly string[],
  { name, version, weights: place }: WasmModuleOptions,
  base: string,
): { readonly parts: WasmParts; readonly texts: readonly string[] } {
  const scope = nameThings(program, () => ({ text: "", helpers: [] }), names);
  const layout = layOutWeights(program.segments.map(({ data }) => data));
  const file = `${base}.weights.safetensors`;
  const weights = placeWeights(program.segments, layout, place, { file, name, version });
  const inputs = portTexts(program.inputs, "input", scope.inputs, scope.taken);
  const outputs = portTexts(program.outputs, "output", scope.outputs, scope.taken);
  const apart = apartTexts(inputs, outputs, scope.taken);
  const runs = runsOf(program, layout, memory);
  const own = new Map([...inputs, ...outputs].map((port) => [port, identifier(`own_${port.variable}`, scope.taken)]));
  const inMemory = (port: PortText): string => own.get(port) ?? port.variable;
  return {
    parts: { program, inputs, outputs, apart, weights, runs, memory, inMemory, wasm, imports },
    texts: [...[...inputs, ...outputs].map(takerText), ...apart.texts],
  };
}

/** Segments that stay neighbours go together. */
function runsOf({ segments }: Program, { offsets }: WeightsLayout, memory: WasmMemory): readonly WeightsRun[] {
  const runs: WeightsRun[] = [];
  const pieces = segments.map(({ data }, i): WeightsRun => {
    const from = offsets[i] ?? 0;
    return { from, to: from + data.data.byteLength, address: memory.segments[i] ?? 0 };
  });
  for (const piece of pieces.filter(({ from, to }) => to > from).sort((a, b) => a.from - b.from)) {
    const before = runs.at(-1);
    const joins = before?.to === piece.from && before.address + before.to - before.from === piece.address;
    if (before !== undefined && joins) runs[runs.length - 1] = { ...before, to: piece.to };
    else runs.push(piece);
  }
  return runs;
}
