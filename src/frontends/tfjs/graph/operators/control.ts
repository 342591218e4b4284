/** Control flow of TensorFlow 2, decided while importing; branches that are not decided are both computed, for they have no effects. */
import { equalTensorTypes, formatTensorType } from "../../../../ir/types/tensor.js";
import { quoted } from "../../../../diagnostics/quoted.js";
import { reshaped } from "../../../importing/compose.js";
import { refuse } from "../../../importing/node-questions.js";
import type { Operand } from "../../../importing/operand.js";
import { ignored, integer, optionalFunction, required } from "../importing/attribute-kinds.js";
import type { GraphContext } from "../importing/node-context.js";
import { graphOperator, type GraphOperatorRow } from "../importing/operator.js";
import { chosen } from "./arithmetic.js";

const branches = {
  then_branch: required(optionalFunction),
  else_branch: required(optionalFunction),
  output_shapes: ignored,
};
const loop = {
  cond: required(optionalFunction),
  body: required(optionalFunction),
  output_shapes: ignored,
  parallel_iterations: integer(10),
};
const call = { f: required(optionalFunction), config: ignored, config_proto: ignored, executor_type: ignored };

export const controlOperators: readonly GraphOperatorRow[] = [
  ...["StatelessIf", "If"].map((name) =>
    graphOperator(name, { operands: [1, Infinity], attributes: branches }, (context, { then_branch, else_branch }) =>
      importIf(context, then_branch ?? "", else_branch ?? ""),
    ),
  ),
  ...["StatelessWhile", "While"].map((name) =>
    graphOperator(name, { operands: [1, Infinity], attributes: loop }, (context, { cond, body }) =>
      importWhile(context, cond ?? "", body ?? ""),
    ),
  ),
  ...["PartitionedCall", "StatefulPartitionedCall"].map((name) =>
    graphOperator(name, { operands: [0, Infinity], attributes: call }, (context, { f }) =>
      context.call(f ?? "", context.operands),
    ),
  ),
];

/** Whether a known value is true; undefined where it depends on inputs. */
export function knownTruth({ known }: Operand): boolean | undefined {
  return known === undefined || known.data.length !== 1 ? undefined : Number(known.data[0]) !== 0;
}

function importIf(context: GraphContext, thenBranch: string, elseBranch: string): readonly Operand[] {
  const [condition, ...operands] = context.operands;
  const known = knownTruth(condition);
  if (known !== undefined) return context.call(known ? thenBranch : elseBranch, operands);
  const [yes, no] = [context.call(thenBranch, operands), context.call(elseBranch, operands)];
  return yes.map((value, i) => decide(context, condition, value, no[i]));
}

/** One of two values by a condition of run time. Fails with `import/unsupported-form`. */
export function decide(context: GraphContext, condition: Operand, yes: Operand, no: Operand | undefined): Operand {
  const isScalar = condition.shape.every((size) => size === 1);
  if (no !== undefined && isScalar && equalTensorTypes(yes, no))
    return chosen(context.tensors, reshaped(context.tensors, condition, []), yes, no);
  return refuse(context, "import/unsupported-form", {
    expected: "branches that give the same types, or a condition that is known",
    found: `${formatTensorType(yes)} and ${no === undefined ? "nothing" : formatTensorType(no)}`,
  });
}

/** As many times as the condition, known each time, says. */
function importWhile(context: GraphContext, condition: string, body: string): readonly Operand[] {
  let values: readonly Operand[] = context.operands;
  for (;;) {
    const [goesOn] = context.call(condition, values);
    const known = goesOn === undefined ? undefined : knownTruth(goesOn);
    if (known === undefined)
      return refuse(context, "import/run-time-value", {
        expected: `how often ${context.node.operator} runs`,
        found: `${quoted(condition)}, which depends on inputs`,
      });
    if (!known) return values;
    values = context.call(body, values);
  }
}
