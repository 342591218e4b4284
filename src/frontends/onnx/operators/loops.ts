/**
 * Loop and Scan, step by step: shapes are static, so how often the body runs is known while importing, and each run of it becomes
 * nodes of its own, which see what is known of that step. A Loop whose condition depends on inputs runs its greatest number of steps,
 * and keeps its state from the step on in which the condition no longer holds.
 */
import { concat } from "../../../ir/ops/concat.js";
import { select } from "../../../ir/ops/compare.js";
import { and } from "../../../ir/ops/binary.js";
import { equalTensorTypes, formatTensorType, tensor } from "../../../ir/types/tensor.js";
import { reshaped, sliced } from "../../importing/compose.js";
import { axisOf, numberOf, numbersOf, operand, refuse } from "../../importing/node-questions.js";
import { knownOperand, type Operand } from "../../importing/operand.js";
import { integer, integers, optionalGraph, required } from "../importing/attribute-kinds.js";
import type { NodeContext } from "../importing/node-context.js";
import { operator, type OperatorRow } from "../importing/operator.js";
import type { OnnxGraph } from "../proto/model.js";

const body = { body: required(optionalGraph), num_scan_inputs: required(integer(1)) };

const axes = { scan_input_axes: integers, scan_output_axes: integers };

const directions = { scan_input_directions: integers, scan_output_directions: integers };

export const loopOperators: readonly OperatorRow[] = [
  operator("Loop", { operands: [0, Infinity], attributes: { body: required(optionalGraph) } }, importLoop),
  operator("Scan", { since: 8, operands: [0, Infinity], attributes: { ...body, directions: integers } }, scanOfBatches),
  operator("Scan", { since: 9, operands: [1, Infinity], attributes: { ...body, ...axes, ...directions } }, importScan),
];

/** More steps would make a module too large to load. */
const mostSteps = 2 ** 14;

interface Body {
  readonly body: OnnxGraph;
}

/** What the steps so far have made. */
interface Progress {
  readonly states: readonly Operand[];
  /** For each output that is collected, its value in each step; steps add to them. */
  readonly collected: readonly Operand[][];
}

/** Operands: the number of steps and the first condition, each of which may be left out, and the state. */
function importLoop(context: NodeContext, { body: graph }: Body): readonly Operand[] {
  const [, , ...given] = context.operands;
  const states = given.map((_, i) => operand(context, i + 2));
  requireOutputs(context, graph, 1 + states.length);
  const trips = tripsOf(context);
  let condition: Operand | undefined = context.operands[1];
  let progress: Progress = { states, collected: graph.outputs.slice(states.length + 1).map(() => []) };
  for (let i = 0; i < trips && !isKnown(condition, false); i++) {
    if (i >= mostSteps) refuseLength(context, trips);
    const next = loopStep(context, graph, i, condition, progress);
    condition = runs(context, condition, next.condition);
    progress = next.progress;
  }
  return [...progress.states, ...gathered(context, graph, progress)];
}

/** A body gives back each state, and a Loop's its condition. */
function requireOutputs(context: NodeContext, { outputs }: OnnxGraph, least: number): void {
  if (least >= 0 && outputs.length >= least) return;
  const expected = `a body with at least ${Math.max(least, 0)} outputs, and operands for its state`;
  refuse(context, "import/unsupported-form", { expected, found: `${outputs.length} outputs` });
}

/** Infinite where only the condition ends the loop, which must then be known in each step. */
function tripsOf(context: NodeContext): number {
  const [trips, condition] = context.operands;
  if (trips === undefined) return Infinity;
  if (trips.known === undefined && isKnown(condition, false)) return 0;
  return numberOf(context, 0, "the number of steps");
}

function refuseLength(context: NodeContext, trips: number): never {
  const found = trips === Infinity ? "a loop that goes on" : `${trips} steps`;
  return refuse(context, "import/unsupported-form", { expected: `at most ${mostSteps} steps`, found });
}

function isKnown(condition: Operand | undefined, value: boolean): boolean {
  const [known] = condition === undefined ? [1] : (condition.known?.data ?? []);
  return known !== undefined && Boolean(known) === value;
}

function loopStep(
  context: NodeContext,
  graph: OnnxGraph,
  step: number,
  condition: Operand | undefined,
  before: Progress,
): { readonly condition: Operand | undefined; readonly progress: Progress } {
  const { tensors } = context;
  const number = tensors.known("i64", [], [step]);
  const [next, ...results] = context.importNested(graph, [
    number,
    condition ?? tensors.known("bool", [], [1]),
    ...before.states,
  ]);
  const isCertain = isKnown(condition, true);
  if (!isCertain && before.collected.length > 0)
    refuse(context, "import/run-time-value", {
      expected: "a condition that is known, since it decides how many values are collected",
      found: "one that depends on inputs",
    });
  const states = before.states.map((old, i) =>
    isCertain ? results[i] : chosen(context, condition ?? next, results[i], old),
  );
  before.collected.forEach((list, i) => list.push(results[states.length + i]));
  return { condition: next, progress: { states, collected: before.collected } };
}

/** Whether another step runs: as the body says, unless the loop is over already. */
function runs(context: NodeContext, before: Operand | undefined, next: Operand | undefined): Operand | undefined {
  if (before === undefined || next === undefined || isKnown(before, true) || isKnown(next, false)) return next;
  if (context.operands[0] === undefined)
    refuse(context, "import/run-time-value", {
      expected: "a number of steps, or a condition that is known",
      found: "a condition that depends on inputs",
    });
  const { tensors } = context;
  return tensors.apply(
    and,
    [before, next].map((each) => reshaped(tensors, each, [])),
    {},
  );
}

function chosen(context: NodeContext, condition: Operand, yes: Operand, no: Operand): Operand {
  const { tensors } = context;
  if (!equalTensorTypes(yes, no))
    refuse(context, "import/unsupported-form", {
      expected: "a state that keeps its type, or a condition that is known",
      found: `${formatTensorType(no)}, then ${formatTensorType(yes)}`,
    });
  return tensors.apply(select, [reshaped(tensors, condition, []), yes, no], {}, yes.elementType);
}

/** Collected values along a new first dimension. Of no steps, the body tells their types. */
function gathered(context: NodeContext, graph: OnnxGraph, { states, collected }: Progress): readonly Operand[] {
  if (collected.every((list) => list.length > 0)) return collected.map((list) => stacked(context, list, 0));
  const { tensors } = context;
  const first = [tensors.known("i64", [], [0]), tensors.known("bool", [], [1]), ...states];
  const [, ...results] = context.importNested(graph, first);
  return collected.map((_, i) => {
    const { elementType, shape } = results[states.length + i];
    return knownOperand(tensor(elementType, [0, ...shape]));
  });
}

/** Values of one shape side by side along a new dimension. */
function stacked(context: NodeContext, list: readonly Operand[], axis: number): Operand {
  const { tensors } = context;
  const at = axisOf(context, axis, list[0].shape.length + 1);
  const [{ shape, elementType }] = list;
  const parts = list.map((each) => {
    if (!equalTensorTypes(each, list[0]))
      refuse(context, "import/unsupported-form", {
        expected: `values of one type, ${formatTensorType(list[0])}`,
        found: formatTensorType(each),
      });
    return reshaped(tensors, each, shape.toSpliced(at, 0, 1));
  });
  return parts.length === 1 ? parts[0] : tensors.apply(concat, parts, { axis: at }, elementType);
}

interface ScanAttributes extends Body {
  readonly num_scan_inputs: number;
  readonly scan_input_axes?: readonly number[] | undefined;
  readonly scan_output_axes?: readonly number[] | undefined;
  readonly scan_input_directions?: readonly number[] | undefined;
  readonly scan_output_directions?: readonly number[] | undefined;
}

function importScan(context: NodeContext, attributes: ScanAttributes): readonly Operand[] {
  return scan(
    context,
    attributes,
    context.operands.map((_, i) => operand(context, i)),
  );
}

/** The body for each position along the scanned axes: operands are the state, then what is scanned. */
function scan(context: NodeContext, attributes: ScanAttributes, operands: readonly Operand[]): readonly Operand[] {
  const { body: graph, scan_output_directions: outwards, scan_output_axes: axesOut } = attributes;
  const count = operands.length - attributes.num_scan_inputs;
  requireOutputs(context, graph, attributes.num_scan_inputs > 0 ? count : -1);
  const scanned = operands.slice(count);
  const steps = stepsOf(context, attributes, scanned);
  let states = operands.slice(0, count);
  const collected = graph.outputs.slice(count).map((): Operand[] => []);
  for (let i = 0; i < steps; i++) {
    const results = context.importNested(graph, [
      ...states,
      ...scanned.map((x, k) => at(context, attributes, x, k, i)),
    ]);
    states = results.slice(0, count);
    collected.forEach((list, k) => list.push(results[count + k]));
  }
  const ordered = collected.map((list, k) => (outwards?.[k] === 1 ? list.toReversed() : list));
  return [...states, ...ordered.map((list, k) => stacked(context, list, axesOut?.[k] ?? 0))];
}

function stepsOf(context: NodeContext, attributes: ScanAttributes, scanned: readonly Operand[]): number {
  const lengths = new Set(
    scanned.map(({ shape }, k) => shape[axisOf(context, attributes.scan_input_axes?.[k] ?? 0, shape.length)]),
  );
  const [steps = 0] = lengths;
  if (lengths.size === 1 && steps >= 1 && steps <= mostSteps) return steps;
  const expected = `scanned inputs of one length, from 1 to ${mostSteps}`;
  return refuse(context, "import/unsupported-form", { expected, found: [...lengths].join(" and ") || "none" });
}

/** What step `i` sees of the scanned operand `k`. */
function at(context: NodeContext, attributes: ScanAttributes, x: Operand, k: number, i: number): Operand {
  const axis = axisOf(context, attributes.scan_input_axes?.[k] ?? 0, x.shape.length);
  const place = attributes.scan_input_directions?.[k] === 1 ? x.shape[axis] - 1 - i : i;
  return reshaped(context.tensors, sliced(context.tensors, x, axis, place, 1), x.shape.toSpliced(axis, 1));
}

/** Version 8: lengths of the sequences, which may be left out, and a first dimension of batches in all else. */
function scanOfBatches(
  context: NodeContext,
  {
    body: graph,
    num_scan_inputs,
    directions: inwards,
  }: ScanAttributes & { directions?: readonly number[] | undefined },
): readonly Operand[] {
  const operands = context.operands.slice(1).map((_, i) => operand(context, i + 1));
  const [batches = 0] = operands[0]?.shape ?? [];
  const steps = operands[operands.length - 1]?.shape[1] ?? 0;
  const lengths = context.operands[0] === undefined ? [] : numbersOf(context, 0, "sequence_lens");
  if (batches < 1 || operands.some(({ shape }) => shape[0] !== batches) || lengths.some((each) => each !== steps))
    refuse(context, "import/unsupported-form", {
      expected: `batches of one size, and sequences of ${steps} steps`,
      found: `${operands.slice(0, 8).map(formatTensorType).join(", ")}${lengths.length > 0 ? `, ${lengths.join()}` : ""}`,
    });
  const attributes: ScanAttributes = { body: graph, num_scan_inputs, scan_input_directions: inwards };
  const all = Array.from({ length: batches }, (_, b) =>
    scan(
      context,
      attributes,
      operands.map((x) => reshaped(context.tensors, sliced(context.tensors, x, 0, b, 1), x.shape.slice(1))),
    ),
  );
  return all[0].map((_, k) =>
    stacked(
      context,
      all.map((results) => results[k]),
      0,
    ),
  );
}
