/** Text that refuses outputs sharing memory with inputs or with one another: kernels write some while they read others. */
import { identifier, stringLiteral } from "../javascript/literal.js";
import type { PortText } from "./ports.js";

/** So many pairs are compared by a line each, which allocates nothing; text for all pairs of many ports would outgrow the model's. */
const mostPairs = 100;

export interface ApartTexts {
  readonly texts: readonly string[];
  /** Statements that call them. */
  readonly statements: readonly string[];
  /** Functions of the runtime that the texts call. */
  readonly helpers: readonly string[];
}

export function apartTexts(inputs: readonly PortText[], outputs: readonly PortText[], taken: Set<string>): ApartTexts {
  const pairs = outputs.length * inputs.length + (outputs.length * (outputs.length - 1)) / 2;
  if (pairs === 0) return { texts: [], statements: [], helpers: [] };
  const name = identifier("keepApart", taken);
  const variables = [...inputs, ...outputs].map(({ variable }) => variable).join(", ");
  const lines = pairs > mostPairs ? [listLine(inputs, outputs, variables)] : pairLines(inputs, outputs);
  return {
    texts: [`function ${name}(${variables}) {\n${lines.join("")}}\n`],
    statements: [`${name}(${variables});`],
    helpers: [pairs > mostPairs ? "allApart" : "apart"],
  };
}

function pairLines(inputs: readonly PortText[], outputs: readonly PortText[]): string[] {
  return outputs.flatMap((output, index) =>
    [...inputs, ...outputs.slice(0, index)].map((other) => {
      const call = `apart(${title(other)}, ${other.variable}, ${title(output)}, ${output.variable})`;
      return `  if (${other.variable}.buffer === ${output.variable}.buffer) ${call};\n`;
    }),
  );
}

function listLine(inputs: readonly PortText[], outputs: readonly PortText[], variables: string): string {
  const titles = [...inputs, ...outputs].map(title).join(", ");
  return `  allApart([${titles}], [${variables}], ${inputs.length});\n`;
}

function title({ role, port }: PortText): string {
  return stringLiteral(`${role} ${JSON.stringify(port.name)}`);
}
