/** Which of an op's algorithms a node takes: the one asked for, or the one with the least arithmetic. */
import { fail } from "../../diagnostics/error.js";
import type { Attributes } from "../../ir/attributes/value.js";
import type { Algorithm, Node } from "../../ir/graph/graph.js";
import type { Match, Rule } from "../driver/rule.js";

type NodeAlgorithm = Algorithm<Attributes>;

/** An algorithm and why it was taken, for `explain`. */
export interface Choice {
  readonly algorithm: NodeAlgorithm;
  readonly reason: string;
}

/**
 * The choice for a node whose op lowers to simpler ops; undefined for other nodes.
 * Fails with `graph/algorithm` where `wanted` does not exist or refuses the node.
 */
export function chooseAlgorithm(node: Node, wanted?: string): Choice | undefined {
  const { lowering } = node.op;
  if (lowering.kind !== "graph") return undefined;
  if (wanted !== undefined) return asked(node, lowering.algorithms, wanted);
  const usable = lowering.algorithms.filter((algorithm) => algorithm.refuses?.(node) === undefined);
  const [first, ...others] = usable;
  if (first === undefined) refuse(node, lowering.algorithms, lowering.algorithms[0]?.name ?? "");
  const algorithm = others.reduce(
    (best, next) => (next.multiplyAdds(node) < best.multiplyAdds(node) ? next : best),
    first,
  );
  return { algorithm, reason: comparison(node, algorithm, usable) };
}

function asked(node: Node, algorithms: readonly NodeAlgorithm[], wanted: string): Choice {
  const algorithm = algorithms.find(({ name }) => name === wanted);
  if (algorithm === undefined || algorithm.refuses?.(node) !== undefined) refuse(node, algorithms, wanted);
  return { algorithm, reason: "asked for" };
}

function refuse(node: Node, algorithms: readonly NodeAlgorithm[], wanted: string): never {
  const reason = algorithms.find(({ name }) => name === wanted)?.refuses?.(node);
  const names = algorithms.map(({ name }) => name).join(" or ");
  fail("graph/algorithm", {
    at: node.location,
    expected: `an algorithm for ${node.op.name}: ${names}`,
    found: reason === undefined ? wanted : `${wanted}: ${reason}`,
  });
}

function comparison(node: Node, chosen: NodeAlgorithm, usable: readonly NodeAlgorithm[]): string {
  const words = (algorithm: NodeAlgorithm) => `${algorithm.name} ${algorithm.multiplyAdds(node)}`;
  const others = usable.filter((algorithm) => algorithm !== chosen).map(words);
  return others.length === 0 ? "the only one" : `multiply-adds: ${words(chosen)}, ${others.join(", ")}`;
}

/** Rewrites nodes of the ops (of every op where absent) by their chosen algorithm. */
export function algorithmRule(pass: string, ops?: Rule["ops"], wanted?: string): Rule {
  return {
    name: pass,
    ...(ops === undefined ? {} : { ops }),
    apply(node, builder, match: Match) {
      const choice = chooseAlgorithm(node, wanted);
      if (choice === undefined) return undefined;
      const text = `${node.op.name} %${node.results[0]?.name} by ${choice.algorithm.name}: ${choice.reason}`;
      match.context.remark?.({ pass, at: node.location, text });
      return choice.algorithm.lower(builder, node);
    },
  };
}
