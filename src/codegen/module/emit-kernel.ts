/**
 * Program → ES module with one pure function over typed arrays, for people who embed a single kernel: inputs and
 * outputs of the program are its parameters, in that order, and outputs left out are made.
 *
 *     export function conv2d_transpose(x, w, y = new Float32Array(12544)) { …; return y; }
 */
import type { FunctionDeclarationStructure, JSDocTagStructure, OptionalKind } from "ts-morph";
import type { Program } from "../../ir/program/program.js";
import { verifyProgram } from "../../ir/program/verify.js";
import { identifier, property, propertyKey, safeComment, stringLiteral } from "../javascript/literal.js";
import { apartTexts } from "./apart.js";
import { baseFileName } from "./file-name.js";
import { headerText } from "./header.js";
import { checkLimits } from "./limits.js";
import { addressMemory } from "./memory.js";
import { arenaStatements, weightsStatements } from "./model-text.js";
import type { Emitted, ModuleOptions } from "./options.js";
import { joinTexts, statsOf } from "./parts.js";
import { describePort, portTexts, type PortText } from "./ports.js";
import { printText } from "./print-text.js";
import { runtimeFor } from "./runtime-parts.js";
import { layOutWeights } from "./safetensors.js";
import { nameThings, type Scope } from "./scope.js";
import { printSteps } from "./steps.js";
import { placeWeights, weightsTexts } from "./weights.js";

export interface KernelModuleOptions extends ModuleOptions {
  /** What the function computes, in a sentence. */
  readonly summary: string;
}

/** The parts of the function: its parameters in order, and the statements between checks and return. */
interface KernelParts {
  readonly name: string;
  readonly inputs: readonly PortText[];
  readonly outputs: readonly PortText[];
  readonly statements: readonly string[];
  readonly summary: string;
}

/**
 * Emits `program` as `<name>.js` and `<name>.d.ts`. The function throws TypeError or RangeError for arrays of another
 * class or length, and for outputs that share memory; constants of the program are carried in the text.
 */
export async function emitKernelModule(program: Program, options: KernelModuleOptions): Promise<Emitted> {
  verifyProgram(program);
  checkLimits(program);
  const base = baseFileName(options.name);
  const name = identifier(options.name, new Set(["admit", "apart", "allApart"]));
  const scope = nameThings(program, options.printKernel, [name]);
  const { texts, parts, weightsBytes, helpers } = kernelParts(program, scope, name, options);
  const header = headerText(options);
  const text = joinTexts([
    header,
    await printText("kernel.js", [await kernelFunction(parts, "code")]),
    ...texts,
    ...scope.printed,
    ...runtimeFor(["admit", ...helpers, ...(weightsBytes > 0 ? ["decodeBase64"] : []), ...scope.helpers]),
  ]);
  const declaration = joinTexts([header, await printText("kernel.d.ts", [await kernelFunction(parts, "declaration")])]);
  return {
    files: [
      { path: `${base}.js`, contents: text },
      { path: `${base}.d.ts`, contents: declaration },
    ],
    stats: statsOf(program, text, weightsBytes),
  };
}

function kernelParts(
  program: Program,
  scope: Scope,
  name: string,
  { version, summary }: KernelModuleOptions,
): {
  readonly parts: KernelParts;
  readonly texts: readonly string[];
  readonly helpers: readonly string[];
  readonly weightsBytes: number;
} {
  const layout = layOutWeights(program.segments.map(({ data }) => data));
  const tensors = program.segments.map((segment) => ({ name: segment.name, tensor: segment.data }));
  const identity = { file: "", module: "", name, version };
  const weights = placeWeights({ tensors, layout }, "inline", identity);
  const placed = addressMemory(program, scope, layout);
  const { views } = placed;
  const steps = printSteps(program, scope, placed);
  const inputs = portTexts(program.inputs, "input", scope.inputs, scope.taken);
  const outputs = portTexts(program.outputs, "output", scope.outputs, scope.taken);
  const apart = apartTexts(inputs, outputs, scope.taken);
  const opening = weights.kind === "inline" ? ["const weights = decodeBase64(weightsText);"] : [];
  const memory = [...weightsTexts(weights), ...opening, ...arenaStatements(program.arenaBytes, views)];
  return {
    parts: { name, inputs, outputs, statements: [...apart.statements, ...steps.opening, ...steps.statements], summary },
    texts: [
      [...memory, ...weightsStatements(views, weights.dataBytes)].join("\n"),
      ...apart.texts,
      ...steps.texts,
    ].filter(Boolean),
    helpers: apart.helpers,
    weightsBytes: weights.dataBytes,
  };
}

async function kernelFunction(parts: KernelParts, form: "code" | "declaration"): Promise<FunctionDeclarationStructure> {
  const { StructureKind } = await import("ts-morph");
  const { inputs, outputs, name, summary } = parts;
  const tags = [...inputs, ...outputs].map((each): OptionalKind<JSDocTagStructure> => {
    return { tagName: "param", text: `${each.variable} ${describePort(each.port)}` };
  });
  const common: FunctionDeclarationStructure = {
    kind: StructureKind.Function,
    name,
    isExported: true,
    docs: [{ description: `\n${safeComment(summary, 400)}`, tags }],
  };
  if (form === "code") return { ...common, ...codeOf(parts) };
  const parameter = ({ variable, array, role }: PortText) => {
    return { name: variable, type: array, hasQuestionToken: role === "output" };
  };
  const parameters = [...inputs, ...outputs].map(parameter);
  return { ...common, hasDeclareKeyword: true, parameters, returnType: returnType(outputs) };
}

function codeOf({ inputs, outputs, statements }: KernelParts): Partial<FunctionDeclarationStructure> {
  const results = outputs.map(({ port, variable }) => property(port.name, variable)).join(", ");
  const only = outputs.length === 1 ? outputs[0] : undefined;
  return {
    parameters: [
      ...inputs.map(({ variable }) => ({ name: variable })),
      ...outputs.map(({ variable, array, length }) => ({ name: variable, initializer: `new ${array}(${length})` })),
    ],
    statements: [
      ...[...inputs, ...outputs].map(checkText),
      ...statements,
      only === undefined ? `return { ${results} };` : `return ${only.variable};`,
    ],
  };
}

/** A statement that leaves in the parameter an array of its class and length, or throws. */
function checkText({ port, variable, array, length }: PortText): string {
  const { elementType, shape } = port.type;
  const type = `{ type: "${elementType}", shape: [${shape.join(", ")}] }`;
  const given = `{ ${property(port.name, variable)} }, ${stringLiteral(port.name)}`;
  const admitted = `admit("argument", ${given}, ${type}, ${length}, ${array})`;
  return `if (!(${variable} instanceof ${array}) || ${variable}.length !== ${length}) ${variable} = ${admitted};`;
}

function returnType(outputs: readonly PortText[]): string {
  const [only] = outputs;
  if (only !== undefined && outputs.length === 1) return only.array;
  return `{ ${outputs.map(({ port, array }) => `${propertyKey(port.name)}: ${array}`).join("; ")} }`;
}
