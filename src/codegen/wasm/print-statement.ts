/**
 * Loops statements → lines of WebAssembly text. A pointer that is linear in a loop's variable is set before the loop and
 * advanced at its end; a loop whose variable then serves nothing else ends where its pointer does.
 */
import { integer, isNumber, plus, times, variable } from "../../ir/loops/build.js";
import type { Expression, Statement } from "../../ir/loops/kernel.js";
import { isVector } from "../../ir/loops/lanes.js";
import { eachStatement, expressionParts, statementExpressions } from "../../ir/loops/walk.js";
import { storeText } from "./elements.js";
import { expressionText, placeText, type PrintContext } from "./print-expression.js";
import { constantText, get, instruction, set } from "./text.js";

/** The lines of a block, each with its indentation. */
export function blockLines(block: readonly Statement[], indent: string, context: PrintContext): readonly string[] {
  return block.flatMap((statement) => statementLines(statement, indent, context));
}

function statementLines(statement: Statement, indent: string, context: PrintContext): readonly string[] {
  switch (statement.kind) {
    case "for":
      return loopLines(statement, indent, context);
    case "let":
    case "var":
    case "assign": {
      const value = context.addresses.valueOf(statement.name, statement.value);
      return [indent + set(statement.name, expressionText(value, context))];
    }
    case "store":
      return [indent + storeLine(statement, context)];
    case "if":
      return ifLines(statement, indent, context);
    case "fence":
      return [];
  }
}

function storeLine({ parameter, index, value }: Extract<Statement, { kind: "store" }>, context: PrintContext): string {
  if (value.kind === "lane" && value.type === context.elementTypeOf(parameter) && value.type !== "bool") {
    const place = placeText(parameter, index, context, value.lane);
    return instruction("v128.store32_lane", place, expressionText(value.operand, context));
  }
  const place = placeText(parameter, index, context);
  const text = expressionText(value, context);
  if (isVector(value.type)) return instruction("v128.store", place, text);
  return storeText(context.elementTypeOf(parameter), place, text, value.type);
}

function ifLines(
  { condition, then, otherwise }: Extract<Statement, { kind: "if" }>,
  indent: string,
  context: PrintContext,
): readonly string[] {
  const inner = `${indent}    `;
  const branch = (name: string, block: readonly Statement[]): readonly string[] =>
    block.length === 0 ? [] : [`${indent}  (${name}`, ...blockLines(block, inner, context), `${indent}  )`];
  const thenLines = then.length === 0 ? [`${indent}  (then)`] : branch("then", then);
  return [
    `${indent}(if ${expressionText(condition, context)}`,
    ...thenLines,
    ...branch("else", otherwise),
    `${indent})`,
  ];
}

type For = Extract<Statement, { kind: "for" }>;

/** A pointer: its value where the loop variable is 0, and what one step of the variable adds. */
interface Advancing {
  readonly name: string;
  readonly from: Expression;
  readonly coefficient: number;
}

function loopLines(loop: For, indent: string, context: PrintContext): readonly string[] {
  const { start, end } = loop;
  const known = isNumber(start) && isNumber(end);
  if (known && start.value >= end.value) return [];
  const pointers = advancingPointers(loop, context);
  const isPointer = (each: Statement): boolean =>
    each.kind === "let" && pointers.some((pointer) => pointer.name === each.name);
  const body = loop.body.filter((each) => !isPointer(each));
  const counting = known && !isRead(loop.variable, body) ? countedByPointer(loop, pointers, context) : undefined;
  const { first, goesOn } = counting ?? countedByVariable(loop, context);
  const inner = `${indent}  `;
  const label = `$${loop.variable}_loop`;
  const lines = [
    ...pointers.map(({ name, from, coefficient }) => {
      return indent + set(name, expressionText(plus(from, times(start, integer(coefficient))), context));
    }),
    indent + first,
    `${indent}(loop ${label}`,
    ...blockLines(body, inner, context),
    ...pointers
      .filter(({ name, coefficient }) => coefficient !== 0 && name !== counting?.pointer)
      .map((pointer) => inner + set(pointer.name, advanced(pointer, loop))),
    `${inner}(br_if ${label} ${goesOn})`,
    `${indent})`,
  ];
  return known ? lines : guardedLines(loop, lines, indent, context);
}

function guardedLines(
  { start, end }: For,
  lines: readonly string[],
  indent: string,
  context: PrintContext,
): readonly string[] {
  const runs = instruction("i32.lt_s", expressionText(start, context), expressionText(end, context));
  const inner = lines.map((line) => `    ${line}`);
  return [`${indent}(if ${runs}`, `${indent}  (then`, ...inner, `${indent}  )`, `${indent})`];
}

function advanced({ name, coefficient }: Advancing, { step }: For): string {
  return instruction("i32.add", get(name), constantText("i32", coefficient * step));
}

/** How a loop begins and ends. */
interface Counting {
  readonly first: string;
  readonly goesOn: string;
  readonly pointer?: string;
}

function countedByVariable({ variable: name, start, end, step }: For, context: PrintContext): Counting {
  const next = instruction("i32.add", get(name), constantText("i32", step));
  return {
    first: set(name, expressionText(start, context)),
    goesOn: instruction("i32.lt_s", instruction("local.tee", `$${name}`, next), expressionText(end, context)),
  };
}

/** The variable's place holds where the pointer ends. */
function countedByPointer(loop: For, pointers: readonly Advancing[], context: PrintContext): Counting | undefined {
  const { variable: name, start, end, step } = loop;
  const pointer = pointers.find(({ coefficient }) => coefficient !== 0);
  if (pointer === undefined || !isNumber(start) || !isNumber(end)) return undefined;
  const steps = Math.ceil((end.value - start.value) / step);
  const last = plus(variable(pointer.name), integer(steps * step * pointer.coefficient));
  const next = instruction("local.tee", `$${pointer.name}`, advanced(pointer, loop));
  return {
    first: set(name, expressionText(last, context)),
    goesOn: instruction("i32.ne", next, get(name)),
    pointer: pointer.name,
  };
}

function advancingPointers(loop: For, context: PrintContext): readonly Advancing[] {
  const inside = new Set<string>();
  eachStatement(loop.body, (statement) => {
    if (statement.kind === "let" || statement.kind === "var" || statement.kind === "assign") inside.add(statement.name);
    else if (statement.kind === "for") inside.add(statement.variable);
  });
  return loop.body.flatMap((statement): Advancing[] => {
    if (statement.kind !== "let" || statement.value.type !== "i32") return [];
    const value = context.addresses.valueOf(statement.name, statement.value);
    const found = linearIn(value, loop.variable, inside);
    return found === undefined ? [] : [{ name: statement.name, ...found }];
  });
}

/** The expression as from + coefficient · variable; undefined where it has another form or changes otherwise. */
function linearIn(
  expression: Expression,
  name: string,
  changing: ReadonlySet<string>,
): { readonly from: Expression; readonly coefficient: number } | undefined {
  if (expression.kind === "number") return { from: expression, coefficient: 0 };
  if (expression.kind === "variable") {
    if (expression.name === name) return { from: integer(0), coefficient: 1 };
    return changing.has(expression.name) ? undefined : { from: expression, coefficient: 0 };
  }
  if (expression.kind !== "binary" || expression.type !== "i32") return undefined;
  const left = linearIn(expression.left, name, changing);
  const right = linearIn(expression.right, name, changing);
  if (left === undefined || right === undefined) return undefined;
  if (expression.function === "add") {
    return { from: plus(left.from, right.from), coefficient: left.coefficient + right.coefficient };
  }
  if (expression.function !== "multiply" || !isNumber(expression.right)) return undefined;
  const by = expression.right.value;
  return { from: times(left.from, integer(by)), coefficient: left.coefficient * by };
}

/** Whether a block reads a name. */
function isRead(name: string, block: readonly Statement[]): boolean {
  let found = false;
  const visit = (expression: Expression): void => {
    found ||= expression.kind === "variable" && expression.name === name;
    expressionParts(expression).forEach(visit);
  };
  eachStatement(block, (statement) => statementExpressions(statement).forEach(visit));
  return found;
}
