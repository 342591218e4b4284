/** Functions of two operands up to operator set 6: the second is stretched only where `broadcast` says so, and from `axis` on. */
import type { OpDefinition } from "../../../../ir/graph/graph.js";
import { binaryOps } from "../../../../ir/ops/binary.js";
import { compareOps } from "../../../../ir/ops/compare.js";
import type { NoAttributes } from "../../../../ir/ops/elementwise.js";
import { equalShapes, formatShape } from "../../../../ir/types/shape.js";
import { reshaped } from "../../../importing/compose.js";
import { operand, refuse, sameTypes } from "../../../importing/node-questions.js";
import type { Operand } from "../../../importing/operand.js";
import { flag, optionalInteger } from "../../importing/attribute-kinds.js";
import type { NodeContext } from "../../importing/node-context.js";
import { operator, type OperatorRow } from "../../importing/operator.js";

const attributes = { axis: optionalInteger, broadcast: flag(false) };

export const earlyBroadcastingOperators: readonly OperatorRow[] = [
  early("Add", binaryOps.add),
  early("Sub", binaryOps.subtract),
  early("Mul", binaryOps.multiply),
  early("Div", binaryOps.divide),
  early("Pow", binaryOps.power),
  early("And", binaryOps.and, "bool"),
  early("Or", binaryOps.or, "bool"),
  early("Xor", binaryOps.xor, "bool"),
  early("Equal", compareOps.equal, "bool"),
  early("Less", compareOps.less, "bool"),
  early("Greater", compareOps.greater, "bool"),
];

function early(name: string, op: OpDefinition<NoAttributes>, result?: "bool"): OperatorRow {
  return operator(name, { operands: [2, 2], attributes }, (context, { axis, broadcast }) => {
    const { tensors } = context;
    const [a, b] = sameTypes(context, [operand(context, 0), operand(context, 1)]);
    const aligned = broadcast ? alignedFrom(context, a, b, axis) : b;
    if (!broadcast && !equalShapes(a.shape, b.shape))
      refuse(context, "import/operand", {
        expected: "operands of one shape, or broadcast",
        found: `${formatShape(a.shape)}, ${formatShape(b.shape)}`,
      });
    return tensors.wrapped(tensors.apply(op, [a, aligned], {}, result));
  });
}

/** b's dimensions against those of a from `axis` on; against the last ones where there is no axis. */
function alignedFrom(context: NodeContext, a: Operand, b: Operand, axis: number | undefined): Operand {
  const rank = a.shape.length;
  const first = axis === undefined ? rank - b.shape.length : axis < 0 ? axis + rank : axis;
  const after = rank - first - b.shape.length;
  if (first >= 0 && after >= 0)
    return reshaped(context.tensors, b, [...b.shape, ...a.shape.slice(rank - after).map(() => 1)]);
  return refuse(context, "import/axis", {
    expected: `${formatShape(b.shape)} to lie within ${formatShape(a.shape)}`,
    found: `axis ${axis}`,
  });
}
