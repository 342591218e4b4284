/**
 * Program → the text of a WebAssembly module: it exports its memory and an entry, which makes all calls at their addresses.
 *
 *     imports · memory · entry and its steps · kernels · functions they call
 */
import type { KernelCall, Program } from "../../ir/program/program.js";
import { identifier, safeComment } from "../javascript/literal.js";
import { carriedBy, importTexts } from "./carried.js";
import { addressOf, type WasmMemory } from "./memory.js";
import { ownFunctions } from "./own-functions.js";
import { printKernelWat } from "./print-kernel.js";
import { call, constantText, get } from "./text.js";

export interface WatOptions {
  /** Whether products may be added without rounding them first, by relaxed SIMD. */
  readonly relaxed: boolean;
  /** What the function that runs the model is exported as; default `run`. */
  readonly entry?: string;
  /** Whether each call can be made by itself, as `step_0`, `step_1`, …: then it can be timed. */
  readonly separate?: boolean;
}

export interface WatModule {
  readonly text: string;
  /** Functions to be given as imports of "js": see `importedFunction`. */
  readonly imports: readonly string[];
}

/** Calls in one function. */
const callsPerFunction = 200;

export function printModuleWat(
  program: Program,
  memory: WasmMemory,
  { relaxed, entry = "run", separate = false }: WatOptions,
): WatModule {
  const names = kernelNames(program);
  const kernels = program.kernels.map((kernel, i) => {
    const calls = program.calls.filter((each) => each.kernel === i).length;
    return printKernelWat(kernel, { name: names[i] ?? "", relaxed, calls });
  });
  const { functions, imports } = carriedBy(kernels);
  const steps = stepTexts(program, names, memory, separate);
  const run = `(func (export "${entry}")\n${steps.map((_, i) => `  ${call(`steps_${i}`)}\n`).join("")})`;
  const exported = `(memory (export "memory") ${memory.pages} ${memory.pages})`;
  const parts = [...importTexts(imports), exported, run, ...steps, ...kernels, ...functions];
  const text = `(module\n${parts.map(indented).join("\n")}\n)\n`;
  return { text, imports };
}

const indented = (text: string): string => text.replace(/^/gm, "  ");

function kernelNames({ kernels }: Program): readonly string[] {
  const taken = new Set(Object.keys(ownFunctions));
  return kernels.map(({ name }) => {
    const special = /^(js|steps)_|_[fi]32x4$/.test(name);
    return identifier(special ? `kernel_${name}` : name, taken);
  });
}

function stepTexts(
  program: Program,
  names: readonly string[],
  memory: WasmMemory,
  separate: boolean,
): readonly string[] {
  const texts: string[] = [];
  const count = separate ? 1 : callsPerFunction;
  for (let from = 0; from < program.calls.length; from += count) {
    const calls = program.calls.slice(from, from + count);
    const lines = calls.flatMap((each, i) => [
      ...originLines(each, calls[i - 1]),
      ...callLines(program, each, `r${i}`, names, memory),
    ]);
    const locals = calls.flatMap(({ kernel }, i) => (program.kernels[kernel]?.repeat ? [`  (local $r${i} i32)`] : []));
    const exported = separate ? ` (export "step_${texts.length}")` : "";
    texts.push([`(func $steps_${texts.length}${exported}`, ...locals, ...lines, ")"].join("\n"));
  }
  return texts;
}

/** A comment where what is computed changes. */
function originLines({ origin }: KernelCall, before: KernelCall | undefined): readonly string[] {
  return origin === "" || origin === before?.origin ? [] : [`  ;; ${safeComment(origin)}`];
}

function callLines(
  { kernels }: Program,
  { kernel: index, arguments: given }: KernelCall,
  variable: string,
  names: readonly string[],
  memory: WasmMemory,
): readonly string[] {
  const kernel = kernels[index];
  if (kernel === undefined) return [];
  const { parameters, repeat } = kernel;
  const addresses = given.map((argument, i) => {
    return constantText("i32", addressOf(argument, parameters[i]?.elementType ?? "f32", memory));
  });
  const name = names[index] ?? "";
  if (repeat === undefined) return [`  ${call(name, ...addresses)}`];
  const next = `(local.tee $${variable} (i32.add ${get(variable)} (i32.const 1)))`;
  return [
    `  (loop $${variable}_loop`,
    `    ${call(name, ...addresses, get(variable))}`,
    `    (br_if $${variable}_loop (i32.lt_s ${next} (i32.const ${repeat.count})))`,
    "  )",
  ];
}
