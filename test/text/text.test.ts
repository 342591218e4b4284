/**
 * Text in, text out: each file under test/text is a list of cases that also read as documentation.
 *
 *     // run: canonicalise, dead-nodes          the passes, in order
 *     // relu(relu(x)) = relu(x)                anything worth saying
 *     graph "g" … { … }
 *     // gives
 *     graph "g" … { … }
 *
 * The result must verify and mean the same on random whole numbers. UNSTRIDE_BLESS=1 writes what is given after `// gives`.
 */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Graph } from "../../src/ir/graph/graph.js";
import { parseGraph } from "../../src/ir/graph/parse.js";
import { printGraph } from "../../src/ir/graph/print.js";
import type { Pass } from "../../src/passes/driver/pass.js";
import { graphPasses } from "../support/graph-passes.js";
import { runPasses } from "../support/pass-laws.js";
import { expectSameMeaning } from "../support/same-meaning.js";

const blesses = process.env["UNSTRIDE_BLESS"] === "1";
const runLine = "// run:";
const givesLine = "// gives";

interface Case {
  readonly passes: readonly string[];
  readonly title: string;
  /** Everything before `// gives`, comments included. */
  readonly given: string;
  readonly expected: string;
}

function casesOf(text: string): readonly Case[] {
  expect(text.startsWith(runLine), `a file begins with ${runLine}`).toBe(true);
  return text.split(new RegExp(`^(?=${runLine})`, "m")).map((part) => {
    const [given, expected = ""] = part.split(new RegExp(`^${givesLine}\n`, "m"));
    const [first, ...lines] = given.split("\n");
    const comment = lines.find((line) => line.startsWith("//"));
    const passes = first.slice(runLine.length).split(",");
    return { passes: passes.map((name) => name.trim()), title: comment?.slice(2).trim() ?? first, given, expected };
  });
}

function passNamed(name: string): Pass<Graph> {
  const found = graphPasses.find((pass) => pass.name === name);
  if (found === undefined) throw new RangeError(`there is no pass ${name}`);
  return found;
}

function run({ passes, given }: Case): string {
  const before = parseGraph(given.replace(/^\/\/.*$/gm, ""));
  const after = runPasses(before, passes.map(passNamed));
  expectSameMeaning(before, after, 7, 1e-6);
  return printGraph(after, { locations: false });
}

const folder = join(import.meta.dirname, "passes");

describe.each(readdirSync(folder).filter((name) => name.endsWith(".txt")))("%s", (name) => {
  const path = join(folder, name);
  const cases = casesOf(readFileSync(path, "utf8"));

  it.each(cases)("$title", (one) => {
    const found = run(one);
    if (!blesses) expect(found).toBe(one.expected.trimEnd() + "\n");
  });

  if (blesses) {
    it("is rewritten", () => {
      const text = cases.map((one) => `${one.given.trimEnd()}\n${givesLine}\n${run(one)}`).join("\n");
      writeFileSync(path, text);
      expect(casesOf(text)).toHaveLength(cases.length);
    });
  }
});
