/** Products with a matrix of weights. */
import { add } from "../../../../ir/ops/binary.js";
import { matmul } from "../../../../ir/ops/matmul.js";
import { einsum } from "../../../importing/einsum.js";
import { refuse } from "../../../importing/node-questions.js";
import type { Operand } from "../../../importing/operand.js";
import { quoted } from "../../../../diagnostics/quoted.js";
import { activation } from "../importing/activations.js";
import { count, flag, required, sizes, text, type ConfigOf } from "../importing/config-kinds.js";
import { layer, type LayerContext, type LayerRow } from "../importing/layer.js";
import { biased } from "./convolution.js";

const denseConfig = { units: count(1), activation: activation("linear"), use_bias: flag(true) };

const einsumConfig = {
  equation: required(text),
  output_shape: sizes,
  bias_axes: text,
  activation: activation("linear"),
};

export const denseLayers: readonly LayerRow[] = [
  layer("Dense", { passesMask: true, config: denseConfig }, (context, config, x) => {
    const { tensors, weights } = context;
    const inputs = x.shape[x.shape.length - 1] ?? 0;
    const kernel = weights.weight("kernel", [inputs, config.units]);
    const product = tensors.apply(matmul, [x, kernel], {});
    return config.activation(tensors, biased(context, config, product, config.units));
  }),
  layer("EinsumDense", { config: einsumConfig }, einsumDense),
];

/**
 * A product by an equation of two terms, `abc,cde->abde`; dots stand for the dimensions that no label names. The bias has the result's
 * dimensions from the first of its axes, of size 1 where they are none.
 */
function einsumDense(context: LayerContext, config: ConfigOf<typeof einsumConfig>, x: Operand): Operand {
  const { tensors, weights } = context;
  const terms = termsOf(context, config.equation, x);
  const product = einsum(context, terms, [x, weights.any("kernel")]);
  if (config.bias_axes === "") return config.activation(tensors, product);
  const axes = [...new Set(config.bias_axes)];
  if (axes.some((label) => !terms[2].includes(label))) {
    refuse(context, "import/attribute", { expected: "bias_axes of the result", found: quoted(config.bias_axes) });
  }
  const first = Math.min(...axes.map((label) => terms[2].indexOf(label)));
  const along = [...terms[2]].slice(first).map((label, d) => (axes.includes(label) ? product.shape[first + d] : 1));
  const bias = weights.weight("bias", along);
  return config.activation(tensors, tensors.apply(add, [product, bias], {}));
}

/** Labels for dimensions behind dots: no equation has capital letters beside them. */
const spare = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";

function termsOf(context: LayerContext, equation: string, x: Operand): readonly [string, string, string] {
  const match = /^((?:\.\.\.)?[a-z]+(?:\.\.\.)?),([a-z]+)->((?:\.\.\.)?[a-z]*(?:\.\.\.)?)$/.exec(equation);
  if (match === null) {
    const expected = "an equation of the form ab,bc->ac, with ... at one end of the input and the result";
    return refuse(context, "import/attribute", { expected, found: quoted(equation) });
  }
  const [, input, kernel, result] = match;
  const unnamed = Math.max(0, x.shape.length - input.replaceAll(".", "").length);
  const filled = (term: string) => term.replace("...", spare.slice(0, unnamed));
  return [filled(input), kernel, filled(result)];
}
