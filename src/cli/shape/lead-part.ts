/** The first rows: the tensor that was asked for, or whether the tensors that were given belong together. */
import { choiceName, solveCase } from "../../ir/geometry/solver/case.js";
import type { AskedCase } from "./case-parts.js";
import { part, type Part } from "./part.js";
import { withoutOutput, type Request } from "./request.js";
import { inputData, inputShape, outputData, outputShape } from "./shape-parts.js";
import { kernelText } from "./transpose-lines.js";

/** What leads the answer under the cases at hand. */
export function leadPart(request: Request, cases: readonly AskedCase[]): Part {
  const { dimensions } = request.problem;
  const [first] = cases;
  if (!first) return part("answer", []);
  if (dimensions.every(({ input, output }) => input && output)) return judgement(request, cases, first);
  if (!first.asked) return part("answer", []);
  return dimensions.some(({ output }) => !output) ? missingOutput(request, first) : missingInput(request, first);
}

/** Both tensors are known: under which padding, and with which kernels, they belong together. */
function judgement(request: Request, cases: readonly AskedCase[], first: AskedCase): Part {
  if (request.problem.dimensions.some(({ stride }) => stride === undefined)) return part("answer", []);
  const verdicts = cases.map(({ possible }) => possible);
  const data = { legal: verdicts.includes(true) };
  if (!first.asked) {
    const possible = cases.filter((solved) => solved.possible).map(admission);
    const not = cases.filter((solved) => !solved.possible).map(({ choice }) => `not ${choiceName(choice)}`);
    return part("answer", [possible.length === 0 ? "neither SAME nor VALID" : [...possible, ...not].join(", ")], data);
  }
  const shape = outputShape(request, first);
  if (first.possible) return part("answer", [`yes, ${shape} is legal under ${admission(first)}`], data);
  const taken = solveCase(withoutOutput(request.problem), first.choice);
  const others = cases.slice(1).filter(({ possible }) => possible);
  const instead = others.map((other) => `; it is legal under ${admission(other)}`);
  const right = outputShape(request, taken);
  const name = choiceName(first.choice);
  return part("answer", [`no, ${shape} is not legal under ${name}, which gives ${right}${instead.join("")}`], {
    ...data,
    output: outputData(request, taken),
  });
}

/** `SAME with every kernel size` */
function admission({ choice, dimensions }: AskedCase): string {
  const kernels = dimensions
    .filter(({ facts }) => facts.kernel === undefined)
    .map(({ answer }) => kernelText(answer.kernel));
  const unique = [...new Set(kernels)];
  return unique.length === 1 ? `${choiceName(choice)} with ${unique[0]}` : choiceName(choice);
}

function missingOutput(request: Request, first: AskedCase): Part {
  if (!first.possible)
    return part("output", [`none: ${outputShape(request, first)}`], { output: outputData(request, first) });
  return part("output", [outputShape(request, first)], { output: outputData(request, first) });
}

function missingInput(request: Request, first: AskedCase): Part {
  if (!first.possible) return part("input", ["none"]);
  return part("input", [inputShape(request, first)], { input: inputData(request, first) });
}
