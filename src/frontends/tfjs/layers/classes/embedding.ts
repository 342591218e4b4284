/** Tables of vectors: rows by number, and rows by position. */
import { gather } from "../../../../ir/ops/indexing/gather.js";
import { broadcastTo, convert, sliced } from "../../../importing/compose.js";
import { algebra } from "../../../importing/algebra.js";
import { refuse } from "../../../importing/node-questions.js";
import { anything, count, flag } from "../importing/config-kinds.js";
import { layer, type LayerRow } from "../importing/layer.js";

const embeddingConfig = {
  input_dim: count(1),
  output_dim: count(1),
  mask_zero: flag(false),
  input_length: anything,
};

export const embeddingLayers: readonly LayerRow[] = [
  layer("Embedding", { config: embeddingConfig }, (context, { input_dim, output_dim, mask_zero }, x) => {
    const { tensors, weights } = context;
    const table = weights.weight("embeddings", [input_dim, output_dim]);
    const value = tensors.apply(gather, [table, convert(tensors, x, "i32")], { axis: 0 });
    return [{ value, mask: mask_zero ? algebra(tensors).notEqual(x, 0) : undefined }];
  }),
  layer("PositionEmbedding", { config: { sequence_length: count(1) } }, (context, { sequence_length }, x) => {
    const { tensors, weights } = context;
    const [steps = 0, size = 0] = x.shape.slice(-2);
    if (x.shape.length < 2 || steps > sequence_length) {
      refuse(context, "import/operand", { expected: `at most ${sequence_length} steps`, found: `${steps}` });
    }
    const table = weights.weight("embeddings", [sequence_length, size]);
    return broadcastTo(tensors, sliced(tensors, table, 0, 0, steps), x.shape);
  }),
];
