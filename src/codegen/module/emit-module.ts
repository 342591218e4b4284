/**
 * Program → ES module, its `.d.ts`, and its weights. The module imports nothing; files are the same to the byte
 * whenever the program and the options are.
 *
 *     header · signature, load, createModel · checks of ports · calls · kernels · runtime · inlined weights
 */
import type { Program } from "../../ir/program/program.js";
import { verifyProgram } from "../../ir/program/verify.js";
import { apartTexts } from "./apart.js";
import { declarationText } from "./declaration.js";
import { baseFileName } from "./file-name.js";
import { frameNeeds, frameText } from "./frame.js";
import { headerText } from "./header.js";
import { checkLimits } from "./limits.js";
import { addressMemory } from "./memory.js";
import type { ModelParts } from "./model-text.js";
import type { Emitted, EmittedFile, ModuleOptions, WeightsPlace } from "./options.js";
import { ownArrays } from "./own-arrays.js";
import { joinTexts, statsOf } from "./parts.js";
import { portTexts, takerText } from "./ports.js";
import { runtimeFor } from "./runtime-parts.js";
import { layOutWeights } from "./safetensors.js";
import { nameThings, type Scope } from "./scope.js";
import { printSteps } from "./steps.js";
import { placeWeights, weightsTexts } from "./weights.js";

/** Emits `program` as `<name>.js`, `<name>.d.ts` and, where weights go beside it, `<name>.weights.safetensors`. */
export async function emitModule(
  program: Program,
  options: ModuleOptions & { readonly weights: WeightsPlace },
): Promise<Emitted> {
  verifyProgram(program);
  checkLimits(program);
  const base = baseFileName(options.name);
  const scope = nameThings(program, options.printKernel);
  const { parts, texts } = modelParts(program, scope, options, base);
  const header = headerText(options);
  const text = joinTexts([
    header,
    frameText(parts),
    ...texts,
    ...scope.printed,
    ...runtimeFor([...frameNeeds(parts), ...scope.helpers]),
    ...weightsTexts(parts.weights),
  ]);
  const files: EmittedFile[] = [
    { path: `${base}.js`, contents: text },
    { path: `${base}.d.ts`, contents: await declarationText(program, parts.weights, header) },
  ];
  if (parts.weights.kind === "side") files.push({ path: parts.weights.facts.file, contents: parts.weights.bytes });
  return { files, stats: statsOf(program, text, parts.weights.dataBytes) };
}

/** The parts of the frame, and the texts of the functions it calls: checks of ports, and the calls of kernels. */
function modelParts(
  program: Program,
  scope: Scope,
  { name, version, weights: place }: ModuleOptions & { readonly weights: WeightsPlace },
  base: string,
): { readonly parts: ModelParts; readonly texts: readonly string[] } {
  const layout = layOutWeights(program.segments.map(({ data }) => data));
  const identity = { file: `${base}.weights.safetensors`, module: `${base}.js`, name, version };
  const weights = placeWeights(program.segments, layout, place, identity);
  const memory = addressMemory(program, scope, layout);
  const steps = printSteps(program, scope, memory);
  const inputs = portTexts(program.inputs, "input", scope.inputs, scope.taken);
  const outputs = portTexts(program.outputs, "output", scope.outputs, scope.taken);
  const apart = apartTexts(inputs, outputs, scope.taken);
  const own = ownArrays(inputs, outputs, scope.taken);
  return {
    parts: { program, inputs, outputs, views: memory.views, steps, apart, own, weights },
    texts: [...[...inputs, ...outputs].map(takerText), ...apart.texts, ...steps.texts],
  };
}
