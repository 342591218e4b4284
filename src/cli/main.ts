#!/usr/bin/env node
/** The command `unstride`. */
import { runCommand } from "./program.js";

const write = (stream: NodeJS.WriteStream) => (text: string) => void stream.write(text);

process.exitCode = await runCommand(process.argv.slice(2), {
  out: write(process.stdout),
  err: write(process.stderr),
  color: process.stdout.isTTY && process.env["NO_COLOR"] === undefined,
  terminal: process.stderr.isTTY,
});
