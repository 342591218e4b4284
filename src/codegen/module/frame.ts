/** The frame of a module: `signature`, `load` and the model it makes, around kernels that come as finished text. */
import type { FunctionDeclarationStructure, OptionalKind } from "ts-morph";
import { stringLiteral } from "../javascript/literal.js";
import { hasHalf, modelStatements, type ModelParts } from "./model-text.js";
import { signatureText } from "./ports.js";
import { printText } from "./print-text.js";
import { factsText, type PlacedWeights } from "./weights.js";

/** Functions of the runtime that the frame calls. */
export function frameNeeds({ weights, outputs, apart }: ModelParts): string[] {
  const opening = { side: ["openWeights"], inline: ["decodeBase64"], none: [] }[weights.kind];
  return ["checkNames", "admit", ...apart.helpers, ...opening, ...(hasHalf(outputs) ? ["halfArrayClass"] : [])];
}

/** The frame's text: the exported things first. */
export async function frameText(parts: ModelParts): Promise<string> {
  const { StructureKind } = await import("ts-morph");
  return printText("module.js", [
    `/** Names, element types and shapes of inputs and outputs. */\n${signatureText(parts.program)}\n`,
    { kind: StructureKind.Function, ...loadFunction(parts) },
    { kind: StructureKind.Function, ...modelFunction(parts) },
  ]);
}

const loadDocs: Readonly<Record<PlacedWeights["kind"], string>> = {
  side: "Makes the model. Its weights are those of `options.weights`, or are found beside this file.",
  inline: "Makes the model, with the weights at the end of this file.",
  none: "Makes the model.",
};

function loadFunction({ weights, outputs }: ModelParts): OptionalKind<FunctionDeclarationStructure> {
  const given = [
    ...(weights.kind === "none" ? [] : ["weights"]),
    ...(hasHalf(outputs) ? ["halfArrayClass(options.float16)"] : []),
  ];
  return {
    name: "load",
    isExported: true,
    isAsync: true,
    parameters: [{ name: "options", initializer: "{}" }],
    docs: [loadDocs[weights.kind]],
    statements: [...openingStatements(weights), `return createModel(${given.join(", ")});`],
  };
}

/** Statements of `load` that make `weights`, or refuse them. */
export function openingStatements(weights: PlacedWeights): string[] {
  if (weights.kind === "side") {
    const beside = `new URL(${stringLiteral(`./${weights.facts.file}`)}, import.meta.url)`;
    return [
      `const facts = ${factsText(weights.facts)};`,
      `const weights = await openWeights(facts, import.meta.url, () => options.weights ?? ${beside});`,
    ];
  }
  const refusal = stringLiteral("load: this module needs no weights file; leave out the option weights");
  const refuse = `if (options.weights !== undefined) throw new TypeError(${refusal});`;
  return weights.kind === "none" ? [refuse] : [refuse, "const weights = decodeBase64(weightsText);"];
}

function modelFunction(parts: ModelParts): OptionalKind<FunctionDeclarationStructure> {
  const { weights, outputs } = parts;
  const names = [...(weights.kind === "none" ? [] : ["weights"]), ...(hasHalf(outputs) ? ["HalfArray"] : [])];
  return {
    name: "createModel",
    parameters: names.map((name) => ({ name })),
    statements: modelStatements(parts),
  };
}
