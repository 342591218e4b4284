/**
 * Merges elementwise computations into the computations that make their operand, and lets producers write straight into the place their result is copied to.
 *
 *     T[τ(a)] = e(a);  U[σ(i)] = f(T[i], …)      →      U[σ(τ(a))] = f(e(a), …)
 *
 * where nobody else reads T. All computations that make disjoint parts of T take f along, so phases of a transposed convolution fuse as a plain convolution does.
 */
import { composeAffine } from "../../ir/computation/affine.js";
import type { Access, Affine, Computation, Index, Scalar } from "../../ir/computation/computation.js";
import type { ComputationModule, Step, TensorId } from "../../ir/computation/module.js";
import { accessesInIndices, accessesOf, rewriteScalar, someScalar } from "../../ir/computation/scalar.js";
import { elementTypes } from "../../ir/types/element-type.js";
import type { TensorType } from "../../ir/types/tensor.js";
import { equalShapes } from "../../ir/types/shape.js";

type Compute = Extract<Step, { kind: "compute" }>;
type Place = Extract<Step, { kind: "place" }>;

/** Merges until nothing merges. */
export function fuseElementwise(module: ComputationModule): ComputationModule {
  let current = module;
  for (;;) {
    const next = fuseOnce(current);
    if (next === undefined) return current;
    current = { ...current, steps: next };
  }
}

function fuseOnce(module: ComputationModule): readonly Step[] | undefined {
  const uses = new Uses(module);
  for (const step of module.steps) {
    const merged = mergedInto(step, uses, module);
    if (merged === undefined) continue;
    return module.steps.flatMap((other) => (other === step ? merged.steps : merged.gone.has(other) ? [] : [other]));
  }
  return undefined;
}

interface Merged {
  /** What stands where the consumer stood. */
  readonly steps: readonly Step[];
  readonly gone: ReadonlySet<Step>;
}

function mergedInto(step: Step, uses: Uses, module: ComputationModule): Merged | undefined {
  if (step.kind === "place") return merge([step.operand], step, uses, (maker) => placed(maker, step, module));
  if (step.kind !== "compute" || step.computation.sums.length > 0) return undefined;
  const candidates = [...new Set(step.operands)].filter((operand) => readsWhole(step, operand, module));
  return merge(candidates, step, uses, (maker, tensor) => fused(maker, step, tensor, module));
}

function merge(
  candidates: readonly TensorId[],
  step: Step,
  uses: Uses,
  change: (maker: Compute, tensor: TensorId) => Step,
): Merged | undefined {
  for (const tensor of candidates) {
    const makers = uses.soleMakers(tensor, step);
    if (makers !== undefined) return { steps: makers.map((maker) => change(maker, tensor)), gone: new Set(makers) };
  }
  return undefined;
}

/** Who makes and who reads each tensor. */
class Uses {
  private readonly makers = new Map<TensorId, Step[]>();
  private readonly readers = new Map<TensorId, Set<Step>>();
  private readonly fixed: ReadonlySet<TensorId>;

  constructor(module: ComputationModule) {
    this.fixed = new Set([...module.inputs, ...module.outputs].map(({ tensor }) => tensor));
    for (const step of module.steps) {
      const results = step.kind === "kernel" ? step.results : [step.result];
      for (const result of results) this.makers.set(result, [...(this.makers.get(result) ?? []), step]);
      const operands = "operands" in step ? step.operands : [step.operand];
      for (const operand of operands) this.readers.set(operand, (this.readers.get(operand) ?? new Set()).add(step));
    }
  }

  /** The computations that make `tensor`, if nothing else does and only `reader` reads it. */
  soleMakers(tensor: TensorId, reader: Step): readonly Compute[] | undefined {
    if (this.fixed.has(tensor) || this.readers.get(tensor)?.size !== 1) return undefined;
    const makers = this.makers.get(tensor) ?? [];
    const computes = makers.filter((maker) => maker.kind === "compute");
    const whole = makers.length > 0 && computes.length === makers.length && !computes.some((maker) => maker === reader);
    return whole ? computes : undefined;
  }
}

/** Whether the elementwise `step` walks over all of `tensor` and loads it only where it stands; what an index reads must be in memory. */
function readsWhole(step: Compute, tensor: TensorId, module: ComputationModule): boolean {
  const { computation, operands } = step;
  const shape = module.tensors[tensor]?.type.shape ?? [];
  const extents = computation.axes.map(({ extent }) => extent);
  const accesses = [...accessesOf(computation.body), ...accessesOf(computation.epilogue)];
  const isOurs = ({ operand }: Access): boolean => operands[operand] === tensor;
  const ours = accesses.filter(isOurs);
  if ([...accessesInIndices(computation.body), ...accessesInIndices(computation.epilogue)].some(isOurs)) return false;
  return equalShapes(shape, extents) && ours.length > 0 && ours.every(({ indices }) => indices.every(isAxis));
}

function isAxis(index: Index, axis: number): boolean {
  if (index.kind !== "affine" || index.constant !== 0) return false;
  const [term, ...others] = index.terms;
  return term !== undefined && others.length === 0 && term.axis === axis && term.coefficient === 1;
}

/** The maker, writing where `place` would have copied its result to. */
function placed(maker: Compute, place: Place, module: ComputationModule): Step {
  const { computation } = maker;
  const store = place.placement.indices.map((index) => composeAffine(index, computation.store));
  const result = module.tensors[place.result]?.type ?? computation.result;
  return { ...maker, computation: { ...computation, result, store }, result: place.result };
}

/** The maker with `consumer` as its epilogue. */
function fused(maker: Compute, consumer: Compute, tensor: TensorId, module: ComputationModule): Step {
  const { computation: first } = maker;
  const { computation: second } = consumer;
  const operands = [...maker.operands];
  const operandTypes = [...first.operands];
  const numberOf = (operand: number): number => {
    const id = consumer.operands[operand] ?? 0;
    const known = operands.indexOf(id);
    if (known >= 0) return known;
    operands.push(id);
    operandTypes.push(second.operands[operand] as TensorType);
    return operands.length - 1;
  };
  const value = heldValue(first.epilogue, second, module.tensors[tensor]?.type);
  const access = (old: Access): Access => ({ ...old, operand: numberOf(old.operand) });
  const load = (old: Access): Scalar =>
    consumer.operands[old.operand] === tensor ? value : { kind: "load", access: access(old) };
  const axes: readonly Affine[] = first.store;
  const body = rewriteScalar(second.body, { axes, load, access });
  const epilogue = rewriteScalar(second.epilogue, { axes, load, access, accumulator: body });
  const store = second.store.map((index) => composeAffine(index, first.store));
  const name = `${first.name}_${second.name}`.slice(0, 80);
  const computation: Computation = { ...first, name, operands: operandTypes, result: second.result, store, epilogue };
  return { kind: "compute", computation, operands, result: consumer.result, location: maker.location };
}

/** What a reader of the stored element would have seen: rounded or wrapped where that can matter. */
function heldValue(value: Scalar, consumer: Computation, type: TensorType | undefined): Scalar {
  if (type === undefined) return value;
  const rounds = !elementTypes[type.elementType].computes;
  const steps =
    type.elementType === "f32" && [consumer.body, consumer.epilogue].some((scalar) => someScalar(scalar, isStep));
  return rounds || steps ? { kind: "cast", to: type.elementType, operand: value } : value;
}

/** Functions that jump: an operand a hair away from its rounded value gives another result. */
function isStep(scalar: Scalar): boolean {
  if (scalar.kind === "compare") return true;
  if (scalar.kind === "cast") return elementTypes[scalar.to].family !== "float";
  const jumps = ["sign", "floor", "ceil", "round_even", "truncate", "modulo", "remainder"];
  return (scalar.kind === "unary" || scalar.kind === "binary") && jumps.includes(scalar.function);
}
