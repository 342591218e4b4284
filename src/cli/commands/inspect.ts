import { Command } from "commander";
import type { Io } from "../io.js";
export function inspectCommand(_: Io): Command {
  return new Command("inspect");
}
