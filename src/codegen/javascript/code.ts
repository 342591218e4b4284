/** Text of an expression with how tightly it binds, so that parentheses appear only where they mean something. */

/** JavaScript's operator precedence; larger binds tighter. */
export const precedence = {
  conditional: 2,
  or: 3,
  and: 4,
  bitOr: 5,
  bitXor: 6,
  bitAnd: 7,
  equality: 8,
  relational: 9,
  shift: 10,
  additive: 11,
  multiplicative: 12,
  prefix: 14,
  primary: 18,
} as const;

export interface Code {
  readonly text: string;
  readonly binds: number;
}

/** Something that needs no parentheses anywhere: a name, a call, an element. */
export function primary(text: string): Code {
  return { text, binds: precedence.primary };
}

/** The text, in parentheses unless it binds at least so tightly. */
export function bracketed(code: Code, atLeast: number): string {
  return code.binds >= atLeast ? code.text : `(${code.text})`;
}

/** A left-associative operator. */
export function infix(left: Code, operator: string, right: Code, binds: number): Code {
  return { text: `${bracketed(left, binds)} ${operator} ${bracketed(right, binds + 1)}`, binds };
}

export function prefix(operator: string, operand: Code): Code {
  return { text: `${operator}${bracketed(operand, precedence.primary)}`, binds: precedence.prefix };
}

export function call(name: string, ...parts: readonly Code[]): Code {
  return primary(`${name}(${parts.map(({ text }) => text).join(", ")})`);
}

/** The low 32 bits of a number, as JavaScript's `| 0`; the operand of an `|` is bracketed for the reader. */
export function wrapped(code: Code): Code {
  return { text: `${bracketed(code, precedence.primary)} | 0`, binds: precedence.bitOr };
}

export function conditional(condition: Code, whenTrue: Code, whenFalse: Code): Code {
  const [test, a] = [bracketed(condition, precedence.or), bracketed(whenTrue, precedence.or)];
  return { text: `${test} ? ${a} : ${bracketed(whenFalse, precedence.conditional)}`, binds: precedence.conditional };
}
