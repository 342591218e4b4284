/**
 * What a WebAssembly kernel's hottest loop does in a step, read off its text, and what V8 makes of it, read off its machine code.
 * Counts are the same on every machine and in every run: timings are not.
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { assemble } from "../../src/codegen/wasm/assemble.js";
import { layOutMemory } from "../../src/codegen/wasm/memory.js";
import { printModuleWat } from "../../src/codegen/wasm/print-module.js";
import { lower } from "../../src/compile.js";
import type { Graph } from "../../src/ir/graph/graph.js";

export interface StepCounters {
  /** Steps spelt out in one turn of the loop. */
  readonly steps: number;
  /** Of one step, in vectors. */
  readonly multiplyAdds: number;
  readonly loads: number;
  /** Most vectors that hold a value at once, products on their way to a sum included. */
  readonly live: number;
}

export interface PrintedLayer {
  readonly text: string;
  readonly bytes: Uint8Array;
}

/** A layer computed directly. */
export async function printedLayer(layer: Graph): Promise<PrintedLayer> {
  const built = lower(layer, { target: "wasm", winograd: "off" });
  if (built === undefined) throw new Error("the layer is not lowered");
  const { text } = printModuleWat(built.program, layOutMemory(built.program), { relaxed: false });
  return { text, bytes: (await assemble(text, { relaxed: false })).slice() };
}

/** Of the innermost loop with most products. */
export function stepCounters(text: string): StepCounters {
  const loops = innermostLoops(text.split("\n"));
  const products = (lines: readonly string[]): number => countIn(lines, /f32x4\.mul/);
  const hottest = loops.reduce((best, lines) => (products(lines) > products(best) ? lines : best), []);
  const accumulators = new Set(hottest.flatMap((line) => /local\.set (\$a\d+) /.exec(line)?.[1] ?? []));
  const steps = products(hottest) / accumulators.size;
  const loads = countIn(hottest, /\(v128\.load/) / steps;
  return { steps, multiplyAdds: accumulators.size, loads, live: mostLive(hottest, accumulators) };
}

function countIn(lines: readonly string[], pattern: RegExp): number {
  return lines.filter((line) => pattern.test(line)).length;
}

/** The lines of loops without loops inside. */
function innermostLoops(lines: readonly string[]): readonly (readonly string[])[] {
  return lines.flatMap((line, at) => {
    const label = /\(loop (\$\w+)$/.exec(line)?.[1];
    if (label === undefined) return [];
    const length = lines.slice(at).findIndex((each) => each.includes(`(br_if ${label} `));
    const body = lines.slice(at + 1, at + length);
    return body.some((each) => each.includes("(loop ")) ? [] : [body];
  });
}

/** Backwards from the loop's end, where all accumulators hold something. */
function mostLive(lines: readonly string[], accumulators: ReadonlySet<string>): number {
  const vector = /^\$(a|v|w|x|u)\d+$/;
  const live = new Set(accumulators);
  let most = 0;
  for (const line of lines.toReversed()) {
    const product = line.includes("f32x4.mul") ? 1 : 0;
    const set = /local\.set (\$\w+) /.exec(line)?.[1];
    most = Math.max(most, live.size);
    if (set !== undefined) live.delete(set);
    for (const [, name = ""] of line.matchAll(/local\.get (\$\w+)/g)) if (vector.test(name)) live.add(name);
    most = Math.max(most, live.size + product);
  }
  return most;
}

/**
 * How often the innermost loops with products in V8's optimised code move a vector to or from the stack;
 * undefined where this engine or machine shows no such code.
 */
export function vectorSpills({ bytes }: PrintedLayer): number | undefined {
  if (process.arch !== "x64") return undefined;
  const folder = mkdtempSync(join(tmpdir(), "unstride-spills-"));
  try {
    writeFileSync(join(folder, "layer.wasm"), bytes);
    writeFileSync(join(folder, "m.mjs"), compileText);
    const flags = ["--no-liftoff", "--no-wasm-lazy-compilation", "--print-wasm-code"];
    const listing = execFileSync(process.execPath, [...flags, "m.mjs"], {
      cwd: folder,
      encoding: "latin1",
      maxBuffer: 2 ** 30,
      stdio: ["ignore", "pipe", "ignore"],
    });
    return spillsIn(listing);
  } catch {
    return undefined;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const compileText = `import { readFileSync } from "node:fs"; new WebAssembly.Module(readFileSync("layer.wasm"));`;

function spillsIn(listing: string): number | undefined {
  const functions = listing.split("--- WebAssembly code ---").map((part) => part.split("\n").filter(isInstruction));
  const loops = functions.flatMap(machineLoops).filter((lines) => countIn(lines, /\bv?mulps\b/) > 0);
  if (loops.length === 0) return undefined;
  return countIn(loops.flat(), /v?mov[aud]\w+ .*(xmm.*\[rbp|\[rbp.*xmm)/);
}

/** `0x7f01  20  c5f8…  vmulps xmm0,…` */
const isInstruction = (line: string): boolean => /^0x[0-9a-f]+ +[0-9a-f]+ /.test(line);

/** What lies between a conditional jump back and where it goes, without what has such a jump inside: loops turn so, what stands apart returns by others. */
function machineLoops(lines: readonly string[]): readonly (readonly string[])[] {
  const places = new Map(lines.map((line, at) => [/^0x[0-9a-f]+/.exec(line)?.[0] ?? "", at]));
  const spans = lines.flatMap((line, end) => {
    const start = places.get(/ j(?!mp)\w+ (0x[0-9a-f]+) /.exec(line)?.[1] ?? "none");
    return start === undefined || start >= end ? [] : [{ start, end }];
  });
  const isInner = (span: { start: number; end: number }): boolean =>
    !spans.some((other) => other !== span && other.start >= span.start && other.end < span.end);
  return spans.filter(isInner).map(({ start, end }) => lines.slice(start, end + 1));
}
