/**
 * Forty questions that people really asked: one command each prints the numbers and the reason. The commands and what they
 * must say are a table; the questions themselves, with the expected numbers, lie beside the project.
 */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { expectGolden } from "../support/golden.js";
import { sharedData } from "../support/shared-data.js";
import { shapeData, shapeText } from "../support/shape-command.js";
import { questionRows, type QuestionRow } from "./questions.table.js";

interface Question {
  readonly id: string;
  readonly expected: unknown;
}

const rows = Object.entries(questionRows);

describe("one command answers", () => {
  test.each(rows)("%s", (_, { command, says }) => {
    const answer = shapeText(command);
    for (const text of says) expect(answer).toContain(text);
    expect(shapeData(command)).toBeTypeOf("object");
  });
});

describe("the collected questions", () => {
  const questions = collectedQuestions();

  test.runIf(questions)("each have a command", () => {
    expect(rows.map(([id]) => id).sort()).toEqual(questions?.map(({ id }) => id).sort());
  });

  test.each(questions ?? [])("$id: every expected number is printed", ({ id, expected }) => {
    const answer = shapeText(questionRows[id]?.command ?? "");
    const printed = new Set((answer.match(/(?<![\d.])-?\d+/g) ?? []).map(Number));
    for (const number of numbersIn(expected)) expect([...printed]).toContain(number);
    for (const formula of formulasIn(expected)) expect(answer.replaceAll(" ", "")).toContain(formula);
  });
});

test("docs/questions.md is current", () => {
  const shown = rows.filter(([, { asks }]) => asks !== undefined);
  expect(shown.length).toBeGreaterThanOrEqual(20);
  expectGolden(questionsPage(shown.map(([, row]) => row)), "../../docs/questions.md", import.meta.url);
});

function collectedQuestions(): readonly Question[] | undefined {
  const folder = sharedData("the collected questions");
  const file = folder && join(folder, "questions/questions.json");
  return file && existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as Question[]) : undefined;
}

/** All numbers of a nested value. */
function numbersIn(value: unknown): readonly number[] {
  if (typeof value === "number") return [value];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(numbersIn) : [];
}

/** Texts that are formulas or shapes of names, such as `L+1` and `(C,F,Hf,Wf)`, as an answer without spaces has them. */
function formulasIn(value: unknown): readonly string[] {
  if (typeof value === "object" && value !== null) return Object.values(value).flatMap(formulasIn);
  if (typeof value !== "string" || value.includes(" ")) return [];
  return [value.replace("(", "[").replace(")", "]")];
}

function questionsPage(shown: readonly QuestionRow[]): string {
  const sections = shown.map(
    ({ asks = "", command }) =>
      `## ${asks}\n\n\`\`\`console\n$ unstride shape ${quoted(command)}\n${shapeText(command)}\`\`\`\n`,
  );
  return `# Questions people ask about transposed convolutions

Each was asked in an issue or a forum, with these numbers. \`unstride shape\` answers it with one command: the shapes first,
then the equation, then what else would be legal, the same layer in the other frameworks' words, and where they differ.
Sizes that are not known are written \`?\` or by name; \`low:high\` are the two ends of a dimension.

${sections.join("\n")}`;
}

/** Question marks are patterns to a shell. */
function quoted(command: string): string {
  return command.replace(/(?<=\s)(\S*\?\S*)/g, "'$1'");
}
