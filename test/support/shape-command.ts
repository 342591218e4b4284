/** `unstride shape` in this process: a command line in, what it prints out. */
import { shapeCommand } from "../../src/cli/commands/shape.js";

/** Words as a shell splits them: double quotes keep words together. */
export function shellWords(line: string): readonly string[] {
  return (line.match(/"[^"]*"|\S+/g) ?? []).map((word) => word.replaceAll('"', ""));
}

/** What `unstride shape <line>` prints; errors of the catalogue pass through. */
export function shapeText(line: string): string {
  const printed: string[] = [];
  const command = shapeCommand({ out: (text) => printed.push(text), err: (text) => printed.push(text), color: false });
  command.exitOverride().configureOutput({ writeOut: () => undefined, writeErr: () => undefined });
  command.parse([...shellWords(line)], { from: "user" });
  return printed.join("");
}

/** The data that `--json` prints. */
export function shapeData(line: string): unknown {
  return JSON.parse(shapeText(`${line} --json`));
}
