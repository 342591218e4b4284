/** Text of the arrays that a model has of its own: `input(name)` and `output(name)`. */
import { identifier, property } from "../javascript/literal.js";
import type { PortText, Role } from "./ports.js";

export interface OwnArrays {
  /** Statements that come before the model, one for each role. */
  readonly statements: readonly string[];
  /** Methods of the model. */
  readonly methods: readonly string[];
}

/** `made`: the variable that holds a port's own array from the start. */
export function ownArrays(
  inputs: readonly PortText[],
  outputs: readonly PortText[],
  taken: Set<string>,
  made?: (port: PortText) => string,
): OwnArrays {
  const roles: readonly (readonly [Role, readonly PortText[]])[] = [
    ["input", inputs],
    ["output", outputs],
  ];
  const names = roles.map(([role]) => identifier(`${role}Arrays`, taken));
  const row = (port: PortText): string => {
    const known = made === undefined ? "" : `, made: ${made(port)}`;
    return `  ${property(port.port.name, `{ kind: ${port.array}, length: ${port.length}${known} }`)},\n`;
  };
  return {
    statements: roles.map(([, ports], i) => `const ${names[i]} = {\n${ports.map(row).join("")}};`),
    methods: roles.map(([role], i) => `${role}: (name) => ownArray("${role}", ${names[i]}, name),`),
  };
}
