import { describe, expect, it } from "vitest";
import { formatDiagnostic, UnstrideError } from "../../../src/diagnostics/error.js";
import { formatLocation } from "../../../src/diagnostics/location.js";
import { escaped, quoted, quotedWhole } from "../../../src/diagnostics/quoted.js";
import { printGraph } from "../../../src/ir/graph/print.js";
import { hostileNames } from "../../support/hostile-names.js";
import { terminalMarks } from "../../support/terminal-marks.js";

/** Every mark that a terminal acts on or that changes how text looks. */
const marks = "\0\u0007\b\t\n\r\u001b[31m\u007f\u0085\u009b2J\u061c\u200b\u200e\u2028\u2029\u202e\u2066\ufeff\ud800";

describe("quoted text", () => {
  it("means what it says and shows every mark", () => {
    for (const text of [...hostileNames, marks]) {
      expect(JSON.parse(quotedWhole(text))).toBe(text);
      expect(quotedWhole(text)).not.toMatch(terminalMarks);
      expect(escaped(text)).not.toMatch(terminalMarks);
    }
    expect(escaped("naïve 中文 😀")).toBe("naïve 中文 😀");
  });

  it("is short in messages", () => {
    expect(quoted("x".repeat(100_000))).toBe(`"${"x".repeat(120)}…"`);
  });
});

describe("messages", () => {
  const location = { kind: "model", source: `${marks}.onnx`, name: marks, operator: marks, index: 3 } as const;

  it("of a place hold no mark of the model", () => {
    expect(formatLocation(location)).not.toMatch(terminalMarks);
    expect(formatLocation({ kind: "text", source: marks, line: 1, column: 2 })).not.toMatch(terminalMarks);
    const long = { ...location, name: "n".repeat(100_000), operator: "O".repeat(100_000) };
    expect(formatLocation(long).length).toBeLessThan(1000);
  });

  it("of an error hold none, whoever wrote its parts", () => {
    const parts = { code: "conv/C1", title: marks, at: marks, expected: marks, found: marks, remedy: marks };
    const text = formatDiagnostic(parts);
    expect(text.split("\n")).toHaveLength(5);
    expect(text.replaceAll("\n", "")).not.toMatch(terminalMarks);
    expect(new UnstrideError([{ ...parts, at: location }]).message.replaceAll("\n", "")).not.toMatch(terminalMarks);
  });

  it("and texts of graphs hold none either", () => {
    const value = { name: "x", type: { elementType: "f32", shape: [1] } } as const;
    const port = { name: marks, value };
    const text = printGraph({ name: marks, inputs: [port], nodes: [], outputs: [port] });
    expect(text.replaceAll("\n", "")).not.toMatch(terminalMarks);
  });
});
