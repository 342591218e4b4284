/**
 * Walks from the outputs of a graph to what they need, and turns each node into values once all it needs is there. Nothing else is
 * looked at. TensorFlow 1's control flow is decided here: a Switch whose condition is known has a dead branch, whatever needs a dead
 * value is dead, and Merge takes what lives; a condition of run time leaves both alive, and Merge chooses.
 */
import { fail, UnstrideError } from "../../../../diagnostics/error.js";
import type { SourceLocation } from "../../../../diagnostics/location.js";
import { quoted } from "../../../../diagnostics/quoted.js";
import { knownOperand, type Operand } from "../../../importing/operand.js";
import type { TensorBuilder } from "../../../importing/tensor-builder.js";
import type { TfjsModel } from "../../read-model.js";
import type { GraphDef, GraphNode, Source } from "../graph-def.js";
import { decide, knownTruth } from "../operators/control.js";
import { findGraphOperator } from "../operators/table.js";
import { frameName, loopOf, refuseLoop, type Loop } from "./loops.js";
import type { GraphContext } from "./node-context.js";
import { joinGuards, type Guards, type NodeResult, type Scope } from "./scope.js";

/** Functions that call functions and loops that turn multiply nodes: no model has as many. */
const mostNodes = 2 ** 17;
const deepest = 64;

type Model = Pick<TfjsModel, "source" | "weights" | "unreadWeights">;

export class GraphImporter {
  private readonly graph: GraphDef;
  private readonly model: Model;
  private readonly tensors: TensorBuilder;
  private readonly constants = new Map<string, Operand>();
  private readonly guards = new WeakMap<Operand, Guards>();
  private readonly places = new WeakMap<Operand, SourceLocation>();
  private count = 0;

  constructor(graph: GraphDef, model: Model, tensors: TensorBuilder) {
    this.graph = graph;
    this.model = model;
    this.tensors = tensors;
  }

  /** The values of `wanted` where `fed` are the values of the nodes of these names. */
  importGraph(fed: ReadonlyMap<string, Operand>, wanted: readonly Source[]): readonly Operand[] {
    const values = new Map([...fed].map(([name, value]): [string, readonly NodeResult[]] => [name, [value]]));
    return this.liveValues({ nodes: this.graph.nodes, values, depth: 0 }, wanted, "the graph");
  }

  /** The node that made a value; undefined for inputs. */
  placeOf(value: Operand): SourceLocation | undefined {
    return this.places.get(value);
  }

  private liveValues(scope: Scope, wanted: readonly Source[], what: string): readonly Operand[] {
    return wanted.map((source) => {
      const value = this.valueOf(scope, source);
      if (value !== "dead") return value;
      const found = `${quoted(source.node)} of ${what}, on a branch that is not taken`;
      return fail("import/unsupported-form", { at: this.model.source, expected: "a result that is there", found });
    });
  }

  private valueOf(scope: Scope, source: Source): NodeResult {
    this.run(scope, source.node);
    const results = scope.values.get(source.node) ?? [];
    const node = scope.nodes.get(source.node);
    const names = node === undefined ? [] : (findGraphOperator(node.operator)?.results ?? []);
    const named = source.list === undefined ? -1 : names.indexOf(source.list);
    const result = results[named >= 0 ? named : source.index];
    if (result !== undefined) return result;
    const expected = `one of ${results.length} results`;
    return fail("import/undefined-value", {
      at: node?.location ?? this.model.source,
      expected,
      found: `${quoted(source.node)}, result ${source.list ?? ""}${source.index}`,
    });
  }

  /** Runs a node after all it needs, whatever the depth of that. */
  private run(scope: Scope, wanted: string): void {
    const { values } = scope;
    const waiting = [wanted];
    const begun = new Set<string>();
    for (let name = waiting.at(-1); name !== undefined; name = waiting.at(-1)) {
      const node = values.has(name) ? undefined : this.nodeOf(scope, name);
      const missing = node === undefined ? [] : needsOf(node).filter((need) => !values.has(need));
      if (node !== undefined && missing.length > 0) {
        if (begun.has(name)) refuseCycle(node, missing);
        begun.add(name);
        waiting.push(...missing);
        continue;
      }
      if (node !== undefined) this.runNode(scope, node);
      waiting.pop();
    }
  }

  private nodeOf(scope: Scope, name: string): GraphNode {
    return scope.nodes.get(name) ?? fail("import/undefined-value", { at: this.model.source, found: quoted(name) });
  }

  private runNode(scope: Scope, node: GraphNode): void {
    this.step(node);
    const results = located(node, () => this.results(scope, node));
    scope.values.set(node.name, results);
    for (const result of results) {
      if (result !== "dead" && !this.places.has(result)) this.places.set(result, node.location);
    }
  }

  /** Counts nodes, calls and turns of loops. */
  private step(node: GraphNode): void {
    if (++this.count > mostNodes)
      fail("import/limit", { at: node.location, expected: `at most ${mostNodes} nodes, functions and loops unrolled` });
  }

  private results(scope: Scope, node: GraphNode): readonly NodeResult[] {
    if (node.operator === "Enter") return [this.enter(scope, node)];
    if (node.operator === "Exit") return this.exit(scope, node);
    const operands = node.operands.map((source) => this.valueOf(scope, source));
    if (node.operator === "Merge") return this.merge(scope, node, operands);
    if (operands.includes("dead")) return allDead;
    const alive = operands.flatMap((operand) => (operand === "dead" ? [] : [operand]));
    if (node.operator === "Switch") return this.switched(node, alive);
    return this.imported(scope, node, alive);
  }

  private imported(scope: Scope, node: GraphNode, operands: readonly Operand[]): readonly Operand[] {
    if (node.operator === "NextIteration" || node.operator === "LoopCond") return operands;
    const row = findGraphOperator(node.operator);
    if (row === undefined) return fail("import/unsupported-operator", { at: node.location });
    this.begin(node);
    const results = row.importNode(this.contextOf(scope, node, operands));
    const guards = joinGuards(operands.map((operand) => this.guards.get(operand)));
    if (guards !== undefined) for (const result of results) this.guards.set(result, guards);
    return results;
  }

  private begin(node: GraphNode): void {
    this.tensors.location = node.location;
    this.tensors.resultName = node.name;
  }

  private contextOf(scope: Scope, node: GraphNode, operands: readonly Operand[]): GraphContext {
    return {
      node,
      operands,
      tensors: this.tensors,
      weight: (name) => this.weight(name, node),
      call: (name, given) => this.call(name, given, node, scope.depth + 1),
    };
  }

  /** One operand for each weight, however often it is asked for. */
  private weight(name: string, node: GraphNode): Operand {
    const existing = this.constants.get(name);
    if (existing !== undefined) return existing;
    const known = this.model.weights.get(name);
    if (known === undefined) return this.refuseWeight(name, node);
    const made = knownOperand(known, name);
    this.constants.set(name, made);
    return made;
  }

  private refuseWeight(name: string, node: GraphNode): never {
    const type = this.model.unreadWeights.get(name);
    if (type !== undefined)
      fail("import/element-type", { at: node.location, expected: "float32, int32 or bool", found: quoted(type) });
    return fail("import/undefined-value", {
      at: node.location,
      expected: "a weight of the manifest",
      found: quoted(name),
      remedy: "the manifest must name a weight for every Const of the graph: convert the model again",
    });
  }

  private call(name: string, operands: readonly Operand[], node: GraphNode, depth: number): readonly Operand[] {
    const body = this.graph.functions.get(name);
    if (body === undefined)
      return fail("import/undefined-value", {
        at: node.location,
        expected: "a function of the library",
        found: quoted(name),
      });
    this.step(node);
    checkDepth(node, depth);
    if (operands.length !== body.arguments.length)
      fail("import/operand", {
        at: node.location,
        expected: `${body.arguments.length} arguments of ${quoted(name)}`,
        found: `${operands.length}`,
      });
    const values = new Map(
      body.arguments.map((argument, i): [string, readonly NodeResult[]] => [argument, [operands[i]]]),
    );
    const wanted = body.results.map(({ from }) => from);
    const results = this.liveValues({ nodes: body.nodes, values, depth }, wanted, quoted(name));
    this.begin(node);
    return results;
  }

  /** The data on the side the condition says; on both, where it is known at run time only. */
  private switched(node: GraphNode, [data, condition]: readonly Operand[]): readonly NodeResult[] {
    if (data === undefined || condition === undefined)
      return fail("import/operand", { at: node.location, expected: "data and a condition" });
    const known = knownTruth(condition);
    if (known !== undefined) return known ? ["dead", data] : [data, "dead"];
    return [false, true].map((side) => {
      const result = { ...data };
      this.guards.set(result, new Map([...(this.guards.get(data) ?? []), [condition, side]]));
      return result;
    });
  }

  /** What lives; where both do, what the condition between them says. Its second result is the number of the value taken. */
  private merge(scope: Scope, node: GraphNode, operands: readonly NodeResult[]): readonly NodeResult[] {
    const alive = operands.flatMap((operand, i) => (operand === "dead" ? [] : [{ operand, i }]));
    const [first, second] = alive;
    if (first === undefined) return ["dead", "dead"];
    if (second === undefined) return [first.operand, this.tensors.known("i32", [], [first.i])];
    const sides = this.guards.get(first.operand);
    const others = this.guards.get(second.operand);
    const between = [...(sides ?? [])].find(([condition, side]) => others?.get(condition) === !side);
    if (alive.length > 2 || between === undefined)
      return fail("import/unsupported-form", {
        at: node.location,
        expected: "a Merge of the two sides of one Switch",
        found: `${alive.length} values`,
      });
    this.begin(node);
    const [condition, side] = between;
    const [yes, no] = side ? [first, second] : [second, first];
    const context = this.contextOf(scope, node, []);
    const [yesIndex, noIndex] = [yes, no].map(({ i }) => this.tensors.known("i32", [], [i]));
    const results = [
      decide(context, condition, yes.operand, no.operand),
      decide(context, condition, yesIndex, noIndex),
    ];
    const rest = new Map([...(sides ?? [])].filter(([each]) => each !== condition));
    for (const result of results) this.guards.set(result, rest);
    return results;
  }

  /** A value from outside the loop, in the loop. */
  private enter(scope: Scope, node: GraphNode): NodeResult {
    const { frame } = scope;
    if (frame === undefined || frame.name !== frameName(node))
      return fail("import/unsupported-form", { at: node.location, expected: "a value that leaves its loop by Exit" });
    return this.valueOf(frame.outer, node.operands[0] ?? { node: "", index: 0 });
  }

  /** Runs the whole loop, turn by turn, and with it all its exits. */
  private exit(scope: Scope, node: GraphNode): readonly NodeResult[] {
    const loop = loopOf(scope.nodes, node);
    const own = loop.variables.findIndex(({ exits }) => exits.includes(node.name));
    if (own < 0) return refuseLoop(node);
    checkDepth(node, scope.depth + 1);
    let values = loop.variables.map(({ start }) => this.valueOf(turnOf(scope, loop, []), start));
    for (;;) {
      this.step(node);
      const turn = turnOf(scope, loop, values);
      const goesOn = this.valueOf(turn, loop.condition);
      const known = goesOn === "dead" ? false : knownTruth(goesOn);
      if (known === undefined)
        return fail("import/run-time-value", {
          at: node.location,
          expected: `how often the loop ${quoted(loop.frame)} runs`,
          found: `${quoted(loop.condition.node)}, which depends on inputs`,
        });
      if (!known) break;
      values = loop.variables.map(({ next }) => this.valueOf(turn, next));
    }
    loop.variables.forEach(({ exits }, i) => {
      for (const name of exits) if (name !== node.name) scope.values.set(name, [values[i]]);
    });
    return [values[own]];
  }
}

/** A scope in which the loop's variables have these values. */
function turnOf(outer: Scope, { frame, variables }: Loop, values: readonly NodeResult[]): Scope {
  const set = values.map((value, i): [string, readonly NodeResult[]] => [variables[i].merge, [value]]);
  return { nodes: outer.nodes, values: new Map(set), depth: outer.depth + 1, frame: { name: frame, outer } };
}

/** A node needs its operands, but for what begins a scope of its own. */
function needsOf(node: GraphNode): readonly string[] {
  if (node.operator === "Enter" || node.operator === "Exit") return [];
  return [...new Set(node.operands.map((operand) => operand.node))];
}

/** A dead node has as many dead results as anyone may ask for. */
const allDead: readonly NodeResult[] = Array.from({ length: 256 }, () => "dead");

function refuseCycle(node: GraphNode, missing: readonly string[]): never {
  fail("import/cycle", {
    at: node.location,
    found: `${quoted(node.name)} needs ${missing.slice(0, 8).map(quoted).join(", ")}`,
  });
}

function checkDepth(node: GraphNode, depth: number): void {
  if (depth <= deepest) return;
  const expected = `at most ${deepest} functions and loops in one another`;
  fail("import/limit", { at: node.location, expected, found: `${quoted(node.name)} deeper than that, or in itself` });
}

/** Whatever fails in a node fails at its place. */
function located<T>(node: GraphNode, run: () => T): T {
  try {
    return run();
  } catch (error) {
    if (!(error instanceof UnstrideError) || error.diagnostics.every(({ at }) => at !== undefined)) throw error;
    throw new UnstrideError(error.diagnostics.map((each) => ({ ...each, at: each.at ?? node.location })));
  }
}
