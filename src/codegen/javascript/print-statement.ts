/** Loops statements → lines of JavaScript. */
import type { Statement } from "../../ir/loops/kernel.js";
import { writeCode } from "./elements.js";
import { elementCode, expressionCode, expressionText, type Names } from "./print-expression.js";

const lineLength = 120;

/** The lines of a block, each with its indentation. */
export function blockLines(block: readonly Statement[], indent: string, names: Names): string[] {
  const lines: string[] = [];
  for (let i = 0; i < block.length;) {
    const variables = runOfVariables(block, i);
    if (variables.length > 0) lines.push(...declarationLines(variables, indent, names));
    else lines.push(...statementLines(block[i] as Statement, indent, names));
    i += Math.max(variables.length, 1);
  }
  return lines;
}

type Variable = Extract<Statement, { kind: "var" }>;

function runOfVariables(block: readonly Statement[], start: number): readonly Variable[] {
  const run: Variable[] = [];
  for (let i = start; block[i]?.kind === "var"; i++) run.push(block[i] as Variable);
  return run;
}

/** Accumulators side by side: `let a = 0, b = 0;` */
function declarationLines(variables: readonly Variable[], indent: string, names: Names): string[] {
  const lines: string[] = [];
  for (const { name, value } of variables) {
    const text = `${names.of(name)} = ${expressionText(value, names)}`;
    const longer = `${lines.at(-1) ?? ""}, ${text}`;
    if (lines.length > 0 && longer.length < lineLength) lines[lines.length - 1] = longer;
    else lines.push(`${indent}let ${text}`);
  }
  return lines.map((line) => `${line};`);
}

function statementLines(statement: Statement, indent: string, names: Names): string[] {
  switch (statement.kind) {
    case "for":
      return [
        `${indent}${loopHead(statement, names)} {`,
        ...blockLines(statement.body, `${indent}  `, names),
        `${indent}}`,
      ];
    case "let":
      return [`${indent}const ${names.of(statement.name)} = ${expressionText(statement.value, names)};`];
    case "var":
      return [`${indent}let ${names.of(statement.name)} = ${expressionText(statement.value, names)};`];
    case "assign":
      return [`${indent}${assignmentText(statement, names)};`];
    case "store": {
      const element = elementCode(statement.parameter, statement.index, names).text;
      const value = writeCode(names.elementTypeOf(statement.parameter), expressionCode(statement.value, names));
      return [`${indent}${element} = ${value.text};`];
    }
    case "if":
      return ifLines(statement, indent, names);
    case "fence":
      return [`${indent}${names.fence}[0] = 0;`];
  }
}

function loopHead({ variable, start, end, step }: Extract<Statement, { kind: "for" }>, names: Names): string {
  const i = names.of(variable);
  const advance = step === 1 ? `${i}++` : `${i} += ${step}`;
  return `for (let ${i} = ${expressionText(start, names)}; ${i} < ${expressionText(end, names)}; ${advance})`;
}

/** `a += b` where that is what happens. */
function assignmentText({ name, value }: Extract<Statement, { kind: "assign" }>, names: Names): string {
  const target = names.of(name);
  if (value.kind === "binary" && value.type === "f64" && isVariable(value.left, name)) {
    const operator = { add: "+=", subtract: "-=", multiply: "*=" }[value.function as string];
    if (operator !== undefined) return `${target} ${operator} ${expressionText(value.right, names)}`;
  }
  return `${target} = ${expressionText(value, names)}`;
}

function isVariable(expression: Extract<Statement, { kind: "let" }>["value"], name: string): boolean {
  return expression.kind === "variable" && expression.name === name;
}

function ifLines(
  { condition, then, otherwise }: Extract<Statement, { kind: "if" }>,
  indent: string,
  names: Names,
): string[] {
  const head = `${indent}if (${expressionText(condition, names)}) {`;
  const lines = [head, ...blockLines(then, `${indent}  `, names)];
  if (otherwise.length > 0) lines.push(`${indent}} else {`, ...blockLines(otherwise, `${indent}  `, names));
  return [...lines, `${indent}}`];
}
