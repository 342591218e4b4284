/** What a module may ask of the engine that runs it. A program beyond that is refused before any text is made of it. */
import { fail } from "../../diagnostics/error.js";
import type { Program } from "../../ir/program/program.js";

/** Each port is a statement of `run` and of `runInto`: more would take these beyond what V8 optimises. */
const mostPorts = 1000;
/** Calls are statements of functions of bounded size, and those of `compute`. */
const mostCalls = 2 ** 17;
/** Engines give no more in one piece, and offsets of elements stay 31-bit integers. */
const mostBytes = 2 ** 31;
/** V8's longest string has twice as many characters. */
const longestText = 2 ** 28;

/** Fails with `target/ports`, `target/code`, `target/memory`. */
export function checkLimits({ name: at, inputs, outputs, calls, arenaBytes }: Program): void {
  const ports = inputs.length + outputs.length;
  if (ports > mostPorts)
    fail("target/ports", { at, expected: `at most ${mostPorts} inputs and outputs`, found: `${ports}` });
  if (calls.length > mostCalls)
    fail("target/code", { at, expected: `at most ${mostCalls} calls of kernels`, found: `${calls.length}` });
  checkMemory(arenaBytes, at);
}

/** Fails with `target/memory` where so many bytes are too much for one piece. */
export function checkMemory(bytes: number, at: string): void {
  if (bytes > mostBytes) fail("target/memory", { at, expected: `at most ${mostBytes} bytes`, found: `${bytes}` });
}

/** Fails with `target/code` where the texts of one file are together too long. */
export function checkLength(texts: readonly string[]): void {
  const length = texts.reduce((sum, text) => sum + text.length, 0);
  if (length > longestText) fail("target/code", { expected: `at most ${longestText} characters`, found: `${length}` });
}
