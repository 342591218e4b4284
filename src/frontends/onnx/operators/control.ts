/** Control flow that is decided while importing, or that both ways of can be computed. */
import { UnstrideError } from "../../../diagnostics/error.js";
import { quoted } from "../../../diagnostics/quoted.js";
import { select } from "../../../ir/ops/compare.js";
import { equalTensorTypes, formatTensorType } from "../../../ir/types/tensor.js";
import { optionalGraph, required } from "../importing/attribute-kinds.js";
import { operand, refuse } from "../../importing/node-questions.js";
import type { NodeContext } from "../importing/node-context.js";
import type { Operand } from "../../importing/operand.js";
import { operator, type OperatorRow } from "../importing/operator.js";
import type { OnnxGraph } from "../proto/model.js";
import { reshaped } from "../../importing/compose.js";

export const controlOperators: readonly OperatorRow[] = [
  operator(
    "If",
    { operands: [1, 1], attributes: { then_branch: required(optionalGraph), else_branch: required(optionalGraph) } },
    importIf,
  ),
];

interface Branches {
  readonly then_branch: OnnxGraph;
  readonly else_branch: OnnxGraph;
}

/** The branch that a known condition takes. Otherwise both, which have no effects, and the results of one are chosen. */
function importIf(context: NodeContext, { then_branch, else_branch }: Branches): readonly Operand[] {
  const condition = operand(context, 0);
  const [known] = condition.known?.data ?? [];
  if (known !== undefined) return context.importNested(Number(known) !== 0 ? then_branch : else_branch);
  const [yes, no] = [eitherWay(context, then_branch), eitherWay(context, else_branch)];
  const scalar = condition.shape.every((size) => size === 1) ? reshaped(context.tensors, condition, []) : condition;
  return yes.map((value, i) => choose(context, scalar, value, no[i]));
}

/** A branch that is computed whether it is taken or not, which it must be fit for. */
function eitherWay(context: NodeContext, branch: OnnxGraph): readonly Operand[] {
  try {
    return context.importNested(branch);
  } catch (error) {
    if (!(error instanceof UnstrideError) || error.code === "import/run-time-value") throw error;
    const [{ code, found = "" }] = error.diagnostics;
    return refuse(context, "import/run-time-value", {
      expected: "a condition that is known, since not both branches can be computed for these inputs",
      found: `${quoted(context.node.inputs[0])}, which depends on inputs; one branch fails: ${code} ${found}`,
    });
  }
}

function choose(context: NodeContext, condition: Operand, yes: Operand, no: Operand | undefined): Operand {
  if (no === undefined || condition.shape.length > 0 || !equalTensorTypes(yes, no))
    return refuse(context, "import/unsupported-form", {
      expected: "branches of If that give the same types, or a condition that is known",
      found: `${formatTensorType(yes)} and ${no === undefined ? "nothing" : formatTensorType(no)}`,
    });
  return context.tensors.apply(select, [condition, yes, no], {}, yes.elementType);
}
