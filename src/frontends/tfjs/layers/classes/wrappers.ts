/** Layers around another layer: at every time step, and in both directions of time. */
import { concat } from "../../../../ir/ops/concat.js";
import { slice } from "../../../../ir/ops/slice.js";
import { formatTensorType } from "../../../../ir/types/tensor.js";
import { algebra } from "../../../importing/algebra.js";
import { reshaped } from "../../../importing/compose.js";
import { refuse } from "../../../importing/node-questions.js";
import type { Operand } from "../../../importing/operand.js";
import type { JsonObject } from "../../json.js";
import { choice, innerLayer, required, snakeCase } from "../importing/config-kinds.js";
import { innerOf } from "../importing/inner-layer.js";
import { layer, type LayerContext, type LayerRow } from "../importing/layer.js";
import type { LayerValue } from "../importing/layer-value.js";

const mergeMode = choice("concat", "sum", "mul", "ave");
type MergeMode = "concat" | "sum" | "mul" | "ave";

export const wrapperLayers: readonly LayerRow[] = [
  layer("TimeDistributed", { passesMask: true, config: { layer: required(innerLayer) } }, timeDistributed),
  layer(
    "Bidirectional",
    { inputs: [1, 9], config: { layer: required(innerLayer), merge_mode: mergeMode } },
    bidirectional,
  ),
];

/** Layers treat samples alike, so that time steps can be samples: [batch, steps, …] as [batch · steps, …] and back. */
function timeDistributed(
  context: LayerContext,
  config: { readonly layer: JsonObject | undefined },
  x: Operand,
): Operand {
  const { tensors, weights } = context;
  const [batch, steps, ...rest] = x.shape;
  if (steps === undefined)
    refuse(context, "import/operand", { expected: "[batch, steps, …]", found: formatTensorType(x) });
  const samples = reshaped(tensors, x, [batch * steps, ...rest]);
  const [result] = context.apply(innerOf(context, config.layer), [{ value: samples }], weights);
  return reshaped(tensors, result.value, [batch, steps, ...result.value.shape.slice(1)]);
}

/** Two copies of a recurrent layer, of which the second one goes backwards. */
function bidirectional(
  context: LayerContext,
  config: { readonly layer: JsonObject | undefined; readonly merge_mode: MergeMode },
): readonly LayerValue[] {
  const inner = innerOf(context, config.layer);
  const entries = new Map(Object.entries(inner.config).map(([name, value]) => [snakeCase(name), value]));
  const isBackwards = entries.get("go_backwards") === true;
  const name = String(entries.get("name") ?? "");
  const [x, ...initial] = context.inputs;
  const half = initial.length / 2;
  if (!Number.isInteger(half)) {
    refuse(context, "import/operand", { expected: "initial states of both directions", found: `${initial.length}` });
  }
  const direction = (prefix: string, goesBack: boolean, states: readonly LayerValue[]) => {
    const own = Object.fromEntries([...entries, ["go_backwards", goesBack]]) as JsonObject;
    return context.apply({ ...inner, config: own }, [x, ...states], context.weights.inner(`${prefix}_${name}`));
  };
  const [forward, ...forwardStates] = direction("forward", isBackwards, initial.slice(0, half));
  const [backward, ...backwardStates] = direction("backward", !isBackwards, initial.slice(half));
  const isSequence = entries.get("return_sequences") === true;
  const turned = isSequence ? reversed(context, backward.value) : backward.value;
  const outputs = mergeOf(context, config.merge_mode, forward.value, turned);
  const mask = isSequence ? x.mask : undefined;
  return [...outputs.map((value) => ({ value, mask })), ...forwardStates, ...backwardStates];
}

/** `merge_mode: null` keeps both. */
function mergeOf(context: LayerContext, mode: MergeMode, forward: Operand, backward: Operand): readonly Operand[] {
  const { tensors, config } = context;
  const { plus, times } = algebra(tensors);
  if (config["merge_mode"] === null || config["mergeMode"] === null) return [forward, backward];
  if (mode === "sum") return [plus(forward, backward)];
  if (mode === "mul") return [times(forward, backward)];
  if (mode === "ave") return [times(plus(forward, backward), 0.5)];
  return [tensors.apply(concat, [forward, backward], { axis: forward.shape.length - 1 })];
}

/** Time steps from the last to the first. */
function reversed({ tensors }: LayerContext, x: Operand): Operand {
  const starts = x.shape.map((size, d) => (d === 1 ? size - 1 : 0));
  const steps = x.shape.map((_, d) => (d === 1 ? -1 : 1));
  return tensors.apply(slice, [x], { starts, sizes: x.shape, steps });
}
