/** A tensor several times over along its dimensions. */
import { formatShape, isValidShape } from "../../ir/types/shape.js";
import { broadcastTo, reshaped } from "./compose.js";
import { refuse, type NodeQuestions } from "./node-questions.js";
import type { Operand } from "./operand.js";

/** Each dimension gets one of repetitions before it, which is stretched and then merged with it. Fails with `import/shape`. */
export function repeated(context: NodeQuestions, x: Operand, repeats: readonly number[]): Operand {
  const { tensors } = context;
  const shape = x.shape.map((size, d) => size * repeats[d]);
  if (repeats.length !== x.shape.length || !isValidShape(shape) || repeats.some((times) => times < 0))
    refuse(context, "import/shape", {
      expected: `one count for each dimension of ${formatShape(x.shape)}`,
      found: formatShape(repeats),
    });
  const stretched = x.shape.flatMap((size, d) => (repeats[d] === 1 ? [size] : [repeats[d], size]));
  const single = x.shape.flatMap((size, d) => (repeats[d] === 1 ? [size] : [1, size]));
  if (stretched.length > 64) return refuse(context, "import/shape", { found: `rank ${stretched.length}` });
  return reshaped(tensors, broadcastTo(tensors, reshaped(tensors, x, single), stretched), shape);
}
