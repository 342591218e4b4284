/** Text that refuses outputs sharing memory with inputs or with one another: kernels write some while they read others. */
import { identifier, stringLiteral } from "../javascript/literal.js";
import type { PortText } from "./ports.js";

/** Pairs in one function; a pair is about 40 bytes of bytecode where V8 optimises no function above 60 kB. */
const pairsPerFunction = 500;

export interface ApartTexts {
  readonly texts: readonly string[];
  /** Statements that call them. */
  readonly statements: readonly string[];
}

export function apartTexts(inputs: readonly PortText[], outputs: readonly PortText[], taken: Set<string>): ApartTexts {
  const pairs = outputs.flatMap((output, index) =>
    [...inputs, ...outputs.slice(0, index)].map((other) => [other, output] as const),
  );
  const texts: string[] = [];
  const statements: string[] = [];
  for (let from = 0; from < pairs.length; from += pairsPerFunction) {
    const some = pairs.slice(from, from + pairsPerFunction);
    const variables = [...new Set(some.flat().map(({ variable }) => variable))].join(", ");
    const name = identifier("keepApart", taken);
    const lines = some.map(([a, b]) => pairLine(a, b));
    texts.push(`function ${name}(${variables}) {\n${lines.join("")}}\n`);
    statements.push(`${name}(${variables});`);
  }
  return { texts, statements };
}

function pairLine(a: PortText, b: PortText): string {
  const title = ({ role, port }: PortText): string => stringLiteral(`${role} ${JSON.stringify(port.name)}`);
  const call = `apart(${title(a)}, ${a.variable}, ${title(b)}, ${b.variable})`;
  return `  if (${a.variable}.buffer === ${b.variable}.buffer) ${call};\n`;
}
