/** The frame of a module whose kernels are WebAssembly: `signature`, `load`, and the model around one memory. */
import { importedFunction } from "../wasm/imports.js";
import type { WasmMemory } from "../wasm/memory.js";
import { property, stringLiteral } from "../javascript/literal.js";
import type { ApartTexts } from "./apart.js";
import { openingStatements } from "./frame.js";
import { block, hasHalf } from "./model-text.js";
import type { PortText } from "./ports.js";
import { signatureText } from "./ports.js";
import { printText } from "./print-text.js";
import type { Program } from "../../ir/program/program.js";
import type { PlacedWasm } from "./wasm-files.js";
import type { PlacedWeights } from "./weights.js";
import { factsText } from "./weights.js";

export interface WasmParts {
  readonly program: Program;
  readonly inputs: readonly PortText[];
  readonly outputs: readonly PortText[];
  readonly apart: ApartTexts;
  readonly weights: PlacedWeights;
  /** Runs of weight bytes that go into memory together. */
  readonly runs: readonly WeightsRun[];
  readonly memory: WasmMemory;
  /** What the model's own arrays are called. */
  readonly inMemory: InMemory;
  readonly wasm: PlacedWasm;
  readonly imports: readonly string[];
}

/** Bytes `from` to below `to` of the weights, and the address they go to. */
export interface WeightsRun {
  readonly from: number;
  readonly to: number;
  readonly address: number;
}

/** Functions of the runtime that the frame calls. */
export function wasmFrameNeeds({ weights, wasm, outputs, imports, apart }: WasmParts): string[] {
  const opening = { side: ["openWeights"], inline: ["decodeBase64"], none: [] }[weights.kind];
  const opened = wasm.kind === "side" ? ["openWasm"] : ["decodeBase64"];
  const helpers = imports.flatMap((name) => importedFunction(name).helper ?? []);
  const half = hasHalf(outputs) ? ["halfArrayClass"] : [];
  return ["checkNames", "admit", ...apart.helpers, "hasRelaxedSimd", ...opening, ...opened, ...helpers, ...half];
}

/** The frame's text: the exported things first. */
export async function wasmFrameText(parts: WasmParts): Promise<string> {
  const half = hasHalf(parts.outputs);
  const given = [...(parts.weights.kind === "none" ? [] : ["weights"]), "instance.exports"];
  const names = [...(parts.weights.kind === "none" ? [] : ["weights"]), "exports", ...(half ? ["HalfArray"] : [])];
  const statements = [
    ...openingStatements(parts.weights),
    ...wasmStatements(parts.wasm),
    `const instance = await WebAssembly.instantiate(module, ${importsText(parts.imports)});`,
    `return createModel(${[...given, ...(half ? ["halfArrayClass(options.float16)"] : [])].join(", ")});`,
  ];
  return printText("module.js", [
    `/** Names, element types and shapes of inputs and outputs. */\n${signatureText(parts.program)}\n`,
    "/** Makes the model. What it is made of is found beside this file, unless `options` give it. */",
    block("export async function load(options = {})", statements, "\n"),
    block(`function createModel(${names.join(", ")})`, modelStatements(parts), ""),
  ]);
}

function wasmStatements(wasm: PlacedWasm): string[] {
  if (wasm.kind === "inline") {
    const refusal = stringLiteral("load: this module carries its WebAssembly; leave out the option wasm");
    return [
      `if (options.wasm !== undefined) throw new TypeError(${refusal});`,
      "const module = await WebAssembly.compile(decodeBase64(hasRelaxedSimd() ? relaxedText : baselineText));",
    ];
  }
  const [baseline, relaxed] = [wasm.baseline, wasm.relaxed].map(({ facts }) => factsText(facts));
  return [
    `const variant = options.wasm === undefined && hasRelaxedSimd() ? ${relaxed} : ${baseline};`,
    "const beside = () => options.wasm ?? new URL(`./${variant.file}`, import.meta.url);",
    `const module = await openWasm(variant, import.meta.url, beside, ${stringLiteral(wasm.entry)});`,
  ];
}

function importsText(imports: readonly string[]): string {
  const rows = imports.map((name) => property(name, importedFunction(name).expression));
  return imports.length === 0 ? "{}" : `{ js: { ${rows.join(", ")} } }`;
}

function modelStatements(parts: WasmParts): string[] {
  const { inputs, outputs, weights, memory, wasm } = parts;
  const views = [
    ...inputs.map((port, i) => viewText(parts.inMemory(port), port, memory.inputs[i] ?? 0)),
    ...outputs.map((port, i) => viewText(parts.inMemory(port), port, memory.outputs[i] ?? 0)),
  ];
  return [
    "const { buffer } = exports.memory;",
    ...(weights.kind === "none" ? [] : weightsStatements(parts.runs)),
    ...views,
    `const compute = exports[${stringLiteral(wasm.entry)}];`,
    block("return", ["signature,", ...portMethods(parts), runText(parts), runIntoText(parts)], ";"),
  ];
}

function weightsStatements(runs: readonly WeightsRun[]): string[] {
  const rows = runs.map(({ from, to, address }) => `[${from}, ${to}, ${address}]`);
  return [
    "const bytes = new Uint8Array(buffer);",
    `for (const [from, to, address] of [${rows.join(", ")}]) bytes.set(weights.subarray(from, to), address);`,
  ];
}

/** The model's own array of a port. */
type InMemory = (port: PortText) => string;

function viewText(own: string, port: PortText, address: number): string {
  return `const ${own} = new ${port.array}(buffer, ${address}, ${port.length});`;
}

/** The model's own arrays: what is written to an input, or read from an output, need not be copied. */
function portMethods({ inputs, outputs, inMemory }: WasmParts): string[] {
  const method = (role: string, ports: readonly PortText[]): string => {
    const rows = ports.map((port) => property(port.port.name, inMemory(port)));
    return `${role}s: { ${rows.join(", ")} },`;
  };
  return [method("input", inputs), method("output", outputs)];
}

const take = ({ variable, taker, role }: PortText): string => `const ${variable} = ${taker}(${role}s);`;
const copy = (from: string, to: string): string => `if (${from} !== ${to}) ${to}.set(${from});`;

function runText({ inputs, outputs, inMemory }: WasmParts): string {
  const result = (output: PortText): string =>
    output.port.type.elementType === "f16"
      ? `HalfArray ? new HalfArray(${inMemory(output)}.slice().buffer) : ${inMemory(output)}.slice()`
      : `${inMemory(output)}.slice()`;
  const results = outputs.map((output) => property(output.port.name, result(output)));
  const lines = [
    'checkNames("input", inputs, signature.inputs);',
    ...inputs.map(take),
    ...inputs.map((port) => copy(port.variable, inMemory(port))),
    "compute();",
    `return { ${results.join(", ")} };`,
  ];
  return block("run(inputs)", lines, ",");
}

function runIntoText({ inputs, outputs, apart, inMemory }: WasmParts): string {
  const lines = [
    'checkNames("input", inputs, signature.inputs);',
    'checkNames("output", outputs, signature.outputs);',
    ...[...inputs, ...outputs].map(take),
    ...apart.statements,
    ...inputs.map((port) => copy(port.variable, inMemory(port))),
    "compute();",
    ...outputs.map((port) => copy(inMemory(port), port.variable)),
  ];
  return block("runInto(inputs, outputs)", lines, ",");
}
