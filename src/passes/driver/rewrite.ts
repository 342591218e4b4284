/**
 * Applies rules to a graph: forward sweeps until nothing changes.
 * A sweep visits nodes in order, puts those that no rule changes into the new graph as they are, and lets a rule see what
 * earlier rules made. After a sweep that changed something, nodes that nothing depends on are gone.
 */
import { invariant } from "../../diagnostics/error.js";
import { derivedLocation } from "../../diagnostics/location.js";
import type { Attributes } from "../../ir/attributes/value.js";
import { constant } from "../../ir/graph/constant.js";
import { isOp, type Graph, type Node, type OpDefinition, type Value } from "../../ir/graph/graph.js";
import { namesOf, type ValueNames } from "../../ir/graph/value-names.js";
import type { Tensor } from "../../ir/types/tensor.js";
import { countUses, liveNodes } from "./live.js";
import type { PassContext } from "./pass.js";
import { Replacement } from "./replacement.js";
import type { Match, Rule } from "./rule.js";

/** No sensible set of rules needs more sweeps; one that does undoes itself. */
const maximumSweeps = 100;

export interface RewriteOptions {
  /** The name in the locations of what the rules make. */
  readonly pass: string;
  readonly context: PassContext;
  /** Told of every rewrite, with the node as it was. */
  onRewrite?(rule: Rule, node: Node): void;
}

/** The graph with `rules` applied wherever they apply, to a fixpoint; the same object where none does. */
export function rewriteGraph(graph: Graph, rules: readonly Rule[], options: RewriteOptions): Graph {
  let current = graph;
  for (let sweeps = 0; sweeps < maximumSweeps; sweeps++) {
    const next = new Sweep(current, rules, options).run();
    if (next === current) return current;
    current = next;
  }
  invariant(false, options.pass, `its rules still apply after ${maximumSweeps} sweeps`);
}

class Sweep implements Match {
  private readonly before: Graph;
  private readonly rules: ReadonlyMap<string, readonly Rule[]>;
  private readonly options: RewriteOptions;
  private readonly nodes: Node[] = [];
  private readonly made = new Map<Value, Node>();
  private readonly mapped = new Map<Value, Value>();
  private readonly useCount: Map<Value, number>;
  private readonly names: ValueNames;
  private trial: Replacement | undefined;
  private changed = false;

  constructor(before: Graph, rules: readonly Rule[], options: RewriteOptions) {
    this.before = before;
    this.rules = rulesByOp(before, rules);
    this.options = options;
    this.useCount = countUses(liveNodes(before), before.outputs);
    this.names = namesOf(before);
  }

  run(): Graph {
    for (const node of this.before.nodes) this.visit(this.withNewOperands(node));
    if (!this.changed) return this.before;
    const outputs = this.before.outputs.map(({ name, value }) => ({ name, value: this.current(value) }));
    const after = { ...this.before, nodes: this.nodes, outputs };
    return { ...after, nodes: liveNodes(after) };
  }

  get context(): PassContext {
    return this.options.context;
  }

  producer(value: Value): Node | undefined {
    return this.made.get(value) ?? this.trial?.producer(value);
  }

  madeBy<A extends Attributes>(value: Value, op: OpDefinition<A>): Node<A> | undefined {
    const node = this.producer(value);
    return isOp(node, op) ? node : undefined;
  }

  constant(value: Value): Tensor | undefined {
    return this.madeBy(value, constant)?.attributes.value;
  }

  uses(value: Value): number {
    return this.useCount.get(value) ?? 0;
  }

  private visit(node: Node): void {
    for (const rule of this.rules.get(node.op.name) ?? []) {
      const trial = new Replacement(derivedLocation(this.options.pass, node.location));
      this.trial = trial;
      const values = rule.apply(node, trial, this);
      this.trial = undefined;
      if (values === undefined) continue;
      this.options.onRewrite?.(rule, node);
      this.replace(node, trial, values);
      return;
    }
    this.put(node);
  }

  private replace(node: Node, trial: Replacement, replacements: readonly Value[]): void {
    const { nodes, values } = trial.finish(node, replacements, (wanted) => this.names.fresh(wanted));
    for (const made of nodes) {
      this.put(made);
      for (const operand of made.operands) this.count(operand, 1);
    }
    for (const operand of node.operands) this.count(operand, -1);
    node.results.forEach((old, i) => this.stand(values[i] ?? old, old));
    this.changed = true;
  }

  /** From here on `value` is read instead of `old`. */
  private stand(value: Value, old: Value): void {
    if (value === old) return;
    this.mapped.set(old, value);
    this.count(value, this.uses(old));
  }

  private put(node: Node): void {
    this.nodes.push(node);
    for (const result of node.results) this.made.set(result, node);
  }

  private count(value: Value, by: number): void {
    this.useCount.set(value, this.uses(value) + by);
  }

  private current(value: Value): Value {
    return this.mapped.get(value) ?? value;
  }

  private withNewOperands(node: Node): Node {
    if (node.operands.every((operand) => this.current(operand) === operand)) return node;
    return { ...node, operands: node.operands.map((operand) => this.current(operand)) };
  }
}

function rulesByOp(graph: Graph, rules: readonly Rule[]): ReadonlyMap<string, readonly Rule[]> {
  const names = new Set(graph.nodes.map(({ op }) => op.name));
  const applies = (rule: Rule, name: string) => rule.ops?.some((op) => op.name === name) ?? true;
  return new Map([...names].map((name) => [name, rules.filter((rule) => applies(rule, name))]));
}
