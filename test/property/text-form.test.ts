/** Laws of the graph's text form. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { UnstrideError } from "../../src/diagnostics/error.js";
import { parseGraph } from "../../src/ir/graph/parse.js";
import { printGraph } from "../../src/ir/graph/print.js";
import { verifyGraph } from "../../src/ir/graph/verify-graph.js";
import { arbitraryGraph } from "../support/arbitrary-graph.js";

const anything = arbitraryGraph({ nodes: 8, exact: false, hostile: true, empty: true });

test("parse ∘ print is the identity", () => {
  const law = fc.property(anything, ({ graph }) => {
    const text = printGraph(graph);
    const read = parseGraph(text);
    verifyGraph(read);
    expect(read).toStrictEqual(graph);
    expect(printGraph(read)).toBe(text);
  });
  fc.assert(law, { numRuns: 300 });
});

test("a text that was changed is refused by a catalogue error, or is a graph that verifies", () => {
  const edit = fc.record({ at: fc.nat(), length: fc.nat(6), text: fc.oneof(fc.string(), fc.constantFrom(...tokens)) });
  const law = fc.property(anything, fc.array(edit, { minLength: 1, maxLength: 3 }), ({ graph }, edits) => {
    const mutated = edits.reduce(applyEdit, printGraph(graph));
    const read = readOrRefuse(mutated);
    if (read !== undefined) verifyGraph(read);
  });
  fc.assert(law, { numRuns: 500 });
});

const tokens = [
  ...[
    '"',
    "\\",
    "{",
    "}",
    "[",
    "]",
    "(",
    ")",
    "%",
    ",",
    ":",
    "=",
    "-",
    "//",
    "\n",
    "…",
    "loc(",
    "base64",
    "__proto__ = 1",
    "constructor",
  ],
  ...[
    "NaN",
    "Infinity",
    "-0",
    "1e999",
    "99999999999999999999",
    "4294967296",
    "0.5",
    "true",
    "[1, 2]",
    "[[1, 2]]",
    "f32[1]{1}",
  ],
  ...["i64[1]{1}", "f32[536870912]", "u8[2]{1, 300}", "f16[1]{1e9}", "bool[1]{2}", '"a"', "relu", "conv", "constant"],
];

interface Edit {
  readonly at: number;
  readonly length: number;
  readonly text: string;
}

function applyEdit(text: string, { at, length, text: inserted }: Edit): string {
  const start = at % (text.length + 1);
  return text.slice(0, start) + inserted + text.slice(start + length);
}

function readOrRefuse(text: string) {
  try {
    return parseGraph(text);
  } catch (error) {
    if (error instanceof UnstrideError) return undefined;
    throw error;
  }
}
