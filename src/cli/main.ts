#!/usr/bin/env node
/** The command `unstride`. */
import { runCommand } from "./program.js";
import { terminalProgress } from "./terminal-progress.js";

const { stdout, stderr } = process;

// Whoever reads has read enough: `unstride print model.onnx | head`.
stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE") process.exit(0);
  throw error;
});

process.exitCode = await runCommand(process.argv.slice(2), {
  out: (text) => void stdout.write(text),
  err: (text) => void stderr.write(text),
  color: stdout.isTTY && process.env["NO_COLOR"] === undefined,
  ...(stderr.isTTY && { progressLine: () => terminalProgress(stderr) }),
});
