/** The calls of a program as functions of bounded size: V8 never optimises a function of more than 60 kB of bytecode. */
import type { KernelCall, Program } from "../../ir/program/program.js";
import { identifier, safeComment } from "../javascript/literal.js";
import type { Memory, Piece } from "./memory.js";
import type { Scope } from "./scope.js";

/** Calls in one function; a call with a loop is about 60 bytes of bytecode and 5 for each of its arguments. */
const callsPerFunction = 100;

export interface Steps {
  /** One function declaration for each run of calls. */
  readonly texts: readonly string[];
  /** Statements that come before: views of ports. */
  readonly opening: readonly string[];
  /** Statements that call them in order. */
  readonly statements: readonly string[];
}

/** `separate`: each call is a function of its own, so that it can be timed. */
export function printSteps(program: Program, scope: Scope, memory: Memory, separate = false): Steps {
  const texts: string[] = [];
  const statements: string[] = [];
  const count = separate ? 1 : callsPerFunction;
  for (let from = 0; from < program.calls.length; from += count) {
    const calls = program.calls.slice(from, from + count);
    const pieces = memory.pieces.slice(from, from + count);
    const arrays = [...new Set(pieces.flat().map(({ array }) => array))].join(", ");
    const name = identifier(`steps_${statements.length + 1}`, scope.taken);
    const variable = identifier("i", scope.taken);
    const lines = calls.flatMap((call, index) => [
      ...originLines(call, calls[index - 1]),
      callLine(program, scope, call, pieces[index] ?? [], variable),
    ]);
    texts.push(`function ${name}(${arrays}) {\n${lines.map((line) => `  ${line}\n`).join("")}}\n`);
    statements.push(`${name}(${arrays});`);
  }
  const opening = memory.portViews.map(({ name, array, port }) => {
    return `const ${name} = new ${array}(${port}.buffer, ${port}.byteOffset, ${port}.length);`;
  });
  return { texts, opening, statements };
}

/** A comment where what is computed changes. */
function originLines({ origin }: KernelCall, before: KernelCall | undefined): string[] {
  return origin === "" || origin === before?.origin ? [] : [`// ${safeComment(origin)}`];
}

function callLine(
  { kernels }: Program,
  scope: Scope,
  call: KernelCall,
  pieces: readonly Piece[],
  variable: string,
): string {
  const repeat = kernels[call.kernel]?.repeat;
  const list = pieces.flatMap(({ array, base }) => [array, String(base)]);
  const text = `${scope.kernels[call.kernel]}(${[...list, ...(repeat ? [variable] : [])].join(", ")});`;
  return repeat ? `for (let ${variable} = 0; ${variable} < ${repeat.count}; ${variable}++) ${text}` : text;
}
