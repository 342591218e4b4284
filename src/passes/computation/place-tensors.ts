/**
 * Gives every tensor an address, so that views cost nothing and producers write where their result is wanted.
 * Slices, transposes, broadcasts and reshapes are read through strides; operands of concat, pad, interleave lie in the result.
 * Where two wishes collide, or a reshape has no strides, the step stays as a copy.
 */
import { invariant } from "../../diagnostics/error.js";
import { isDense } from "../../ir/computation/address.js";
import type { View } from "../../ir/computation/computation.js";
import type { ComputationModule, Step, TensorId } from "../../ir/computation/module.js";
import type { PlacedModule, PlacedStep, Root } from "../../ir/computation/placed-module.js";
import { elementCount } from "../../ir/types/shape.js";
import { copyComputation } from "./copy-computation.js";
import { flattenComputation, tensorSpan, type PlacedTensor } from "./flatten-computation.js";
import { TensorForest } from "./tensor-edges.js";

const passName = "place-tensors";

export function placeTensors(module: ComputationModule): PlacedModule {
  const forest = growForest(module);
  mendForest(module, forest);
  const roots = module.tensors.flatMap((_, id) => (forest.edgeOf(id) === undefined && isUsed(module, id) ? [id] : []));
  const numberOf = new Map(roots.map((id, number) => [id, number]));
  const place = (id: TensorId): PlacedTensor => {
    const [address, root] = [forest.addressOf(id), numberOf.get(forest.rootOf(id))];
    invariant(address !== undefined && root !== undefined, passName, `tensor ${id} has no address`);
    return { root, address, shape: forest.shapeOf(id) };
  };
  const steps = module.steps.flatMap((step) => placedSteps(step, module, forest, place));
  return { name: module.name, roots: roots.map((id) => rootOf(module, id)), steps };
}

function isUsed(module: ComputationModule, id: TensorId): boolean {
  const ports = [...module.inputs, ...module.outputs];
  const inStep = (step: Step): boolean => {
    const operands = "operands" in step ? step.operands : [step.operand];
    return operands.includes(id) || (step.kind === "kernel" ? step.results.includes(id) : step.result === id);
  };
  return ports.some(({ tensor }) => tensor === id) || module.steps.some(inStep);
}

function growForest(module: ComputationModule): TensorForest {
  const pinned = new Set([...module.inputs, ...module.outputs].map(({ tensor }) => tensor));
  module.tensors.forEach(({ data }, id) => data && pinned.add(id));
  const forest = new TensorForest(module, pinned);
  for (const step of module.steps) if (step.kind === "view") linkView(step, forest, pinned);
  for (const step of module.steps) {
    if (step.kind !== "place" || !forest.claim(step.operand)) continue;
    const view: View = { kind: "affine", indices: step.placement.indices };
    forest.link(step.operand, { parent: step.result, view, step });
  }
  return forest;
}

/** The result lies in the operand; an output is the other way round where the view can be inverted. */
function linkView(step: Extract<Step, { kind: "view" }>, forest: TensorForest, pinned: ReadonlySet<TensorId>): void {
  const { operand, result, view } = step;
  if (!pinned.has(result)) return forest.link(result, { parent: operand, view, step });
  const inverse = forest.inverse(view, result, operand);
  if (inverse !== undefined && forest.claim(operand)) forest.link(operand, { parent: result, view: inverse, step });
}

/** Cuts edges until every tensor has an address and hand-written kernels see dense memory. */
function mendForest(module: ComputationModule, forest: TensorForest): void {
  const ofKernels = new Set(
    module.steps.flatMap((step) => (step.kind === "kernel" ? [...step.operands, ...step.results] : [])),
  );
  const wrong = (id: TensorId): boolean => {
    const address = forest.addressOf(id);
    return address === undefined || (ofKernels.has(id) && !isDense(address, forest.shapeOf(id)));
  };
  for (;;) {
    const broken = module.tensors.findIndex(
      (_, id) => forest.edgeOf(id) !== undefined && wrong(id) && !parentIsWrong(id, forest),
    );
    if (broken < 0) return;
    forest.cut(broken);
  }
}

function parentIsWrong(id: TensorId, forest: TensorForest): boolean {
  const edge = forest.edgeOf(id);
  return edge !== undefined && forest.addressOf(edge.parent) === undefined;
}

function rootOf(module: ComputationModule, id: TensorId): Root {
  const tensor = module.tensors[id];
  invariant(tensor !== undefined, passName, `no tensor ${id}`);
  const { type, name, data } = tensor;
  const isThis = (port: { readonly tensor: TensorId }): boolean => port.tensor === id;
  const [input, output] = [module.inputs.findIndex(isThis), module.outputs.findIndex(isThis)];
  const base = { name, elementType: type.elementType, length: elementCount(type.shape) };
  if (data !== undefined) return { ...base, home: { kind: "constant", data } };
  if (input >= 0) return { ...base, home: { kind: "input", port: input } };
  return { ...base, home: output >= 0 ? { kind: "output", port: output } : { kind: "arena" } };
}

function placedSteps(
  step: Step,
  module: ComputationModule,
  forest: TensorForest,
  place: (id: TensorId) => PlacedTensor,
): readonly PlacedStep[] {
  const { location } = step;
  if (step.kind === "kernel") {
    const [operands, results] = [step.operands, step.results].map((ids) => ids.map((id) => tensorSpan(place(id))));
    return [{ kind: "kernel", kernel: step.kernel, operands: operands ?? [], results: results ?? [], location }];
  }
  if (step.kind === "compute") {
    const flat = flattenComputation(step.computation, step.operands.map(place), place(step.result));
    return flat === undefined ? [] : [{ kind: "compute", ...flat, location }];
  }
  const linked = [step.operand, step.result].some((id) => forest.edgeOf(id)?.step === step);
  if (linked) return [];
  const [from, to] = [place(step.operand), place(step.result)];
  const elementType = module.tensors[step.operand]?.type.elementType ?? "f32";
  const flat = flattenComputation(copyComputation(step, elementType, from, to), [from], to);
  return flat === undefined ? [] : [{ kind: "compute", ...flat, location }];
}
