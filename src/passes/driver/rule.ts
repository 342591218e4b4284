/**
 * A rule: a local rewrite of one node by its law, an equation that its doc comment states.
 * Rules look backwards only: a node and the nodes that made its operands. `rewriteGraph` applies them.
 */
import type { Attributes } from "../../ir/attributes/value.js";
import type { Node, NodeBuilder, OpDefinition, Value } from "../../ir/graph/graph.js";
import type { Tensor } from "../../ir/types/tensor.js";
import type { PassContext } from "./pass.js";

/** What a rule may ask about the graph as rewritten so far. */
export interface Match {
  readonly context: PassContext;
  /** The node that makes a value; undefined for the graph's inputs. */
  producer(value: Value): Node | undefined;
  /** `producer` where it is a node of `op`. */
  madeBy<A extends Attributes>(value: Value, op: OpDefinition<A>): Node<A> | undefined;
  /** The data of a value that a `constant` makes. */
  constant(value: Value): Tensor | undefined;
  /** Operands of live nodes and outputs that a value is. One means that only the node at hand reads it. Never too low. */
  uses(value: Value): number;
}

export interface Rule {
  readonly name: string;
  /** The ops it looks at; every op where absent. */
  readonly ops?: readonly { readonly name: string }[];
  /**
   * Values to take the place of the node's results, of the same types, or undefined where the rule does not apply.
   * The node's operands are values of the new graph. What was built before giving up is dropped.
   */
  apply(node: Node, builder: NodeBuilder, match: Match): readonly Value[] | undefined;
}

/** A rule for one op, with the op's own attributes. */
export function ruleFor<A extends Attributes>(
  name: string,
  op: OpDefinition<A>,
  apply: (node: Node<A>, builder: NodeBuilder, match: Match) => readonly Value[] | undefined,
): Rule {
  return {
    name,
    ops: [{ name: op.name }],
    apply: (node, builder, match) => apply(node as Node<A>, builder, match),
  };
}
