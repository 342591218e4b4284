/**
 * Steps of recurrent layers, each from products of the input with its weights (biases included) and the state before:
 *
 *     RNN    H = f(X·Wᵀ + H·Rᵀ + b)
 *     GRU    H = (1 − z)·h + z·H,  z, r = f(…),  h = g(X·Whᵀ + (r·H)·Rhᵀ + …)
 *     LSTM   C = f·C + i·c,  H = o·h(C),  i, o, f = f(… + P·C),  c = g(…)
 */
import { add, multiply, subtract } from "../../../ir/ops/binary.js";
import { matmul } from "../../../ir/ops/matmul.js";
import { split } from "../../../ir/ops/split.js";
import type { NodeContext } from "../importing/node-context.js";
import type { Operand } from "../../importing/operand.js";
import { scalarLike } from "../../importing/compose.js";

/** The state between steps: the hidden one, and for LSTM the cell. */
export type State = readonly Operand[];

export type Activate = (x: Operand) => Operand;

/** What one direction computes with. */
export interface Direction {
  readonly context: NodeContext;
  /** [hidden, gates · hidden], and its bias. */
  readonly recurrence: Operand;
  readonly bias: Operand | undefined;
  /** [3 · hidden] of LSTM. */
  readonly peepholes: Operand | undefined;
  readonly activations: readonly Activate[];
  /** Limits what activations take. */
  readonly clipped: Activate;
}

export interface Cell {
  readonly gates: number;
  readonly states: number;
  readonly defaults: readonly string[];
  /** The next state, from the input's products [batch, gates · hidden] and the state before. */
  readonly step: (direction: Direction, input: Operand, state: State) => State;
}

export const rnn: Cell = {
  gates: 1,
  states: 1,
  defaults: ["Tanh"],
  step(direction, input, [h]) {
    const [f] = direction.activations;
    return [f(direction.clipped(sum(direction, input, recurrent(direction, h))))];
  },
};

/** `isLinearFirst`: the reset gate is applied after the product with the state, not before. */
export function gru(isLinearFirst: boolean): Cell {
  return { gates: 3, states: 1, defaults: ["Sigmoid", "Tanh"], step: gruStep(isLinearFirst) };
}

function gruStep(isLinearFirst: boolean): Cell["step"] {
  return (direction, input, [h]) => {
    const [f, g] = direction.activations;
    const { context, clipped } = direction;
    const [xz, xr, xh] = parts(context, input, 3);
    const [rz, rr, rh] = parts(context, recurrent(direction, h), 3);
    const [z, r] = [f(clipped(sum(direction, xz, rz))), f(clipped(sum(direction, xr, rr)))];
    const after = isLinearFirst ? product(direction, r, rh) : gruCandidate(direction, product(direction, r, h));
    const candidate = g(clipped(sum(direction, xh, after)));
    const kept = product(direction, z, difference(direction, h, candidate));
    return [sum(direction, candidate, kept)];
  };
}

/** (r·H)·Rhᵀ + bias, of the last gate alone. */
function gruCandidate(direction: Direction, state: Operand): Operand {
  const { context, recurrence, bias } = direction;
  const [, , last] = parts(context, recurrence, 3);
  const product = context.tensors.apply(matmul, [state, last], {});
  return bias === undefined ? product : sum(direction, product, parts(context, bias, 3)[2]);
}

/** `isCoupled`: what is not let in is kept, so that there is no forget gate. */
export function lstm(isCoupled: boolean): Cell {
  return { gates: 4, states: 2, defaults: ["Sigmoid", "Tanh", "Tanh"], step: lstmStep(isCoupled) };
}

function lstmStep(isCoupled: boolean): Cell["step"] {
  return (direction, input, [h, c]) => {
    const { context, clipped, peepholes } = direction;
    const [f, g, last] = direction.activations;
    const [xi, xo, xf, xc] = parts(context, sum(direction, input, recurrent(direction, h)), 4);
    const holes = peepholes === undefined ? [] : parts(context, peepholes, 3);
    const seeing = (gate: Operand, hole: Operand | undefined, cell: Operand) =>
      f(clipped(hole === undefined ? gate : sum(direction, gate, product(direction, hole, cell))));
    const i = seeing(xi, holes[0], c);
    const forget = isCoupled ? difference(direction, scalarLike(context.tensors, i, 1), i) : seeing(xf, holes[2], c);
    const cell = sum(direction, product(direction, forget, c), product(direction, i, g(clipped(xc))));
    return [product(direction, seeing(xo, holes[1], cell), last(cell)), cell];
  };
}

const sum = ({ context }: Direction, a: Operand, b: Operand) => context.tensors.apply(add, [a, b], {});

const difference = ({ context }: Direction, a: Operand, b: Operand) => context.tensors.apply(subtract, [a, b], {});

const product = ({ context }: Direction, a: Operand, b: Operand) => context.tensors.apply(multiply, [a, b], {});

/** H·Rᵀ and its bias. */
function recurrent(direction: Direction, state: Operand): Operand {
  const { context, recurrence, bias } = direction;
  const result = context.tensors.apply(matmul, [state, recurrence], {});
  return bias === undefined ? result : sum(direction, result, bias);
}

/** Equal pieces along the last dimension. */
export function parts({ tensors }: NodeContext, x: Operand, count: number): readonly Operand[] {
  const axis = x.shape.length - 1;
  const sizes = Array.from({ length: count }, () => x.shape[axis] / count);
  return tensors.applyAll(split, [x], { axis, sizes });
}
