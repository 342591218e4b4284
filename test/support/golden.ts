/** Golden text: files that a test compares with to the byte, and that `npm run bless` rewrites. */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { expect } from "vitest";

/** Expects `text` to be the contents of `path`, counted from the test file at `base`. */
export function expectGolden(text: string, path: string, base: string): void {
  const file = fileURLToPath(new URL(path, base));
  if (process.env["UNSTRIDE_BLESS"] === "1") {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
  expect(text, `${path} differs: see what changed, then npm run bless`).toBe(readFileSync(file, "utf8"));
}
