/** The parts of a model in plain JavaScript out of a program: where things lie, what they are called, and the calls. */
import type { Program } from "../../ir/program/program.js";
import { apartTexts } from "./apart.js";
import { addressMemory } from "./memory.js";
import type { ModelParts } from "./model-text.js";
import { ownArrays } from "./own-arrays.js";
import { portTexts, takerText } from "./ports.js";
import type { ProfiledCall } from "./profile.js";
import type { WeightsLayout } from "./safetensors.js";
import type { Scope } from "./scope.js";
import { printSteps } from "./steps.js";

/** The parts of `createModel`, and the texts of the functions it calls: checks of ports, and the calls of kernels. */
export function modelParts(
  program: Program,
  scope: Scope,
  layout: WeightsLayout,
  profiled?: readonly ProfiledCall[],
): { readonly parts: ModelParts; readonly texts: readonly string[] } {
  const { views, pieces } = addressMemory(program, scope, layout);
  const steps = printSteps(program, scope, { views, pieces }, profiled !== undefined);
  const inputs = portTexts(program.inputs, "input", scope.inputs, scope.taken);
  const outputs = portTexts(program.outputs, "output", scope.outputs, scope.taken);
  const apart = apartTexts(inputs, outputs, scope.taken);
  const own = ownArrays(inputs, outputs, scope.taken);
  const measured = profiled === undefined ? {} : { profiled };
  return {
    parts: { program, inputs, outputs, views, steps, apart, own, weightsBytes: layout.data.length, ...measured },
    texts: [...[...inputs, ...outputs].map(takerText), ...apart.texts, ...steps.texts],
  };
}
