/** `unstride` in this process: a command line in; exit code and what it wrote out. */
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll } from "vitest";
import type { Io, ProgressLine } from "../../src/cli/io.js";
import { runCommand, type ExitCode } from "../../src/cli/program.js";

export interface Ran {
  readonly code: ExitCode;
  readonly out: string;
  readonly err: string;
}

/** Runs a command line; nobody watches, and nothing is coloured, unless `io` says so. */
export async function unstride(argv: readonly string[], io: Partial<Io> = {}): Promise<Ran> {
  const [out, err]: [string[], string[]] = [[], []];
  const code = await runCommand(argv, {
    out: (text) => void out.push(text),
    err: (text) => void err.push(text),
    color: false,
    ...io,
  });
  return { code, out: out.join(""), err: err.join("") };
}

/** As `unstride`, for command lines that must work; what they wrote to standard output. */
export async function output(argv: readonly string[]): Promise<string> {
  const { code, out, err } = await unstride(argv);
  if (code !== 0) throw new Error(`unstride ${argv.join(" ")} ended with ${code}\n${err}${out}`);
  return out;
}

/** What `--json` wrote. */
export async function jsonOf<Data>(argv: readonly string[]): Promise<Data> {
  return JSON.parse(await output([...argv, "--json"])) as Data;
}

/** The codes of the errors that `--json` wrote, and the exit code. */
export async function failureOf(
  argv: readonly string[],
): Promise<{ readonly code: ExitCode; readonly codes: readonly string[] }> {
  const { code, out } = await unstride([...argv, "--json"]);
  const { errors } = JSON.parse(out) as { readonly errors: readonly { readonly code: string }[] };
  return { code, codes: errors.map((each) => each.code) };
}

/** A line of progress that notes what it was told. */
export function recordedProgress(told: string[]): () => ProgressLine {
  return () => ({
    show: (what) => void told.push(what),
    end: () => Promise.resolve(void told.push("end")),
  });
}

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** A folder of its own with these files in it; removed when the test file ends. */
export function folderWith(files: Readonly<Record<string, string | Uint8Array>> = {}): string {
  const folder = mkdtempSync(join(tmpdir(), "unstride-command-"));
  folders.push(folder);
  for (const [name, contents] of Object.entries(files)) writeFileSync(join(folder, name), contents);
  return folder;
}

/** A file of its own. */
export function fileWith(name: string, contents: string | Uint8Array): string {
  return join(folderWith({ [name]: contents }), name);
}

/** Names in a folder, hidden ones too, sorted. */
export function listing(folder: string): readonly string[] {
  return readdirSync(folder).sort();
}
