/** Activation functions by Keras' names, as layers have them in their configs. Source: tfjs-layers, activations.ts. */
import { activationOps } from "../../../../ir/ops/activations.js";
import { clip, elu, gelu, leakyRelu, parametrisedOps, selu, swish } from "../../../../ir/ops/parametrised.js";
import { softmax } from "../../../../ir/ops/softmax.js";
import { exp, log, tanh } from "../../../../ir/ops/unary.js";
import type { NoAttributes } from "../../../../ir/ops/elementwise.js";
import type { OpDefinition } from "../../../../ir/graph/graph.js";
import { algebra } from "../../../importing/algebra.js";
import { reducedAlong } from "../../../importing/compose.js";
import type { Operand } from "../../../importing/operand.js";
import type { TensorBuilder } from "../../../importing/tensor-builder.js";
import { isObject, type Json } from "../../json.js";
import { snakeCase, type ConfigKind } from "./config-kinds.js";

/** A function of a tensor; softmax is over the last dimension. */
export type Activation = (tensors: TensorBuilder, x: Operand) => Operand;

const plain =
  (op: OpDefinition<NoAttributes>): Activation =>
  (tensors, x) =>
    tensors.apply(op, [x], {});

const activations: Readonly<Record<string, Activation>> = {
  linear: (_, x) => x,
  relu: plain(activationOps.relu),
  relu6: (tensors, x) => tensors.apply(clip, [x], { low: 0, high: 6 }),
  leaky_relu: (tensors, x) => tensors.apply(leakyRelu, [x], { alpha: 0.2 }),
  elu: (tensors, x) => tensors.apply(elu, [x], {}),
  selu: (tensors, x) => tensors.apply(selu, [x], {}),
  sigmoid: plain(activationOps.sigmoid),
  hard_sigmoid: (tensors, x) => tensors.apply(parametrisedOps.hard_sigmoid, [x], {}),
  softplus: plain(activationOps.softplus),
  softsign: plain(activationOps.softsign),
  tanh: plain(tanh),
  exponential: plain(exp),
  swish: (tensors, x) => tensors.apply(swish, [x], {}),
  silu: (tensors, x) => tensors.apply(swish, [x], {}),
  mish: plain(activationOps.mish),
  gelu: (tensors, x) => tensors.apply(gelu, [x], {}),
  gelu_new: (tensors, x) => tensors.apply(gelu, [x], { approximation: "tanh" }),
  softmax: (tensors, x) => tensors.apply(softmax, [x], { axis: x.shape.length - 1 }),
  log_softmax: (tensors, x) => logSoftmax(tensors, x),
};

/** x − max − log Σ exp(x − max) */
function logSoftmax(tensors: TensorBuilder, x: Operand): Operand {
  const axes = [x.shape.length - 1];
  const { minus, of } = algebra(tensors);
  const below = minus(x, reducedAlong(tensors, x, "max", axes));
  return minus(below, of(log, reducedAlong(tensors, of(exp, below), "sum", axes)));
}

/** Names of all there are, for pages and errors. */
export const activationNames: readonly string[] = Object.keys(activations);

/** An activation's name, or the object that newer files have for it. */
export function activation(fallback: string): ConfigKind<Activation> {
  const words = `an activation: ${activationNames.join(", ")}`;
  return { words, fallback: activations[fallback], read: readActivation, required: false };
}

function readActivation(value: Json): Activation | undefined {
  if (isObject(value)) return readActivation(nameIn(value["class_name"], value["config"]));
  if (typeof value !== "string") return undefined;
  const name = snakeCase(value);
  return Object.hasOwn(activations, name) ? activations[name] : undefined;
}

/** `{ class_name: "function", config: "relu" }` of Keras 3, or the class itself. */
function nameIn(className: Json | undefined, config: Json | undefined): Json {
  if (typeof config === "string") return config;
  return typeof className === "string" ? className : null;
}
