/**
 * Every command of `unstride`: what `unstride --help` says of it, and where it is. Commands are loaded when they are asked for, so that
 * none waits for what another needs.
 */
import type { Command } from "commander";
import type { Io } from "./io.js";

export interface CommandRow {
  /** How it is called, options aside: what stands behind the name. */
  readonly takes: string;
  readonly summary: string;
  load(): Promise<(io: Io) => Command>;
}

export const commandTable: Readonly<Record<string, CommandRow>> = {
  compile: {
    takes: "<model>",
    summary: "compile a model to a module that imports nothing: JavaScript, WebAssembly, or both",
    load: async () => (await import("./commands/compile.js")).compileCommand,
  },
  run: {
    takes: "<model>",
    summary: "compile a model and run it on .npy files",
    load: async () => (await import("./commands/run.js")).runModelCommand,
  },
  inspect: {
    takes: "<model>",
    summary: "nodes, work and sizes of a model, its free dimensions, and what is not supported",
    load: async () => (await import("./commands/inspect.js")).inspectCommand,
  },
  print: {
    takes: "<model>",
    summary: "the text form of a model after any stage of the compiler",
    load: async () => (await import("./commands/print.js")).printCommand,
  },
  explain: {
    takes: "<model|op>",
    summary: "what each convolution does, in words and drawn, and how it is compiled",
    load: async () => (await import("./commands/explain.js")).explainCommand,
  },
  check: {
    takes: "<model>",
    summary: "compare what is compiled with the reference on random input",
    load: async () => (await import("./commands/check.js")).checkCommand,
  },
  shape: {
    takes: "<operation>",
    summary: "which sizes, filters and pads belong together",
    load: async () => (await import("./commands/shape.js")).shapeCommand,
  },
  kernel: {
    takes: "<op>",
    summary: "one op as a module of one pure function",
    load: async () => (await import("./commands/kernel.js")).kernelCommand,
  },
  bench: {
    takes: "<model|suite>",
    summary: "how fast a compiled model runs here",
    load: async () => (await import("./commands/bench.js")).benchCommand,
  },
};
