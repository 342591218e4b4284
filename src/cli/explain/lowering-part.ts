/** How a node is compiled: the algorithms there are and their work, which was taken and why, and the kernels with their schedules. */
import type { lower } from "../../compile.js";
import { multiplyAdds } from "../../ir/graph/work.js";
import { counted, formatCount, formatTable } from "../format.js";
import { joinParts, part, type Part } from "../shape/part.js";
import { originKey, type WindowOp } from "./window-op.js";

/** What the compiler decided about a graph. */
export type Decisions = Pick<NonNullable<ReturnType<typeof lower>>, "remarks" | "schedules">;

export function loweringPart(op: WindowOp, decisions: Decisions): Part {
  return joinParts([workPart(op), remarksPart(op, decisions), kernelsPart(op, decisions)]);
}

function workPart({ node }: WindowOp): Part {
  const { lowering } = node.op;
  if (lowering.kind !== "graph") {
    const work = multiplyAdds(node);
    return part("work", [`${formatCount(work)} multiply-adds, directly`], {
      algorithms: [{ name: "direct", multiplyAdds: work }],
    });
  }
  const algorithms = lowering.algorithms.map(({ name, summary, ...algorithm }) => {
    return { name, summary, multiplyAdds: algorithm.multiplyAdds(node), refuses: algorithm.refuses?.(node) ?? null };
  });
  const rows = algorithms.map(({ name, summary, multiplyAdds: work, refuses }) => [
    name,
    String(work),
    refuses ?? summary,
  ]);
  return part("work", formatTable([["by", "multiply-adds", ""], ...rows], [1]).split("\n"), { algorithms });
}

function remarksPart({ node }: WindowOp, { remarks }: Decisions): Part {
  const own = remarks.filter(({ at }) => originKey(at) === originKey(node.location));
  const lines = own.map(({ text }) => text);
  return part("taken", lines, { remarks: own.map(({ pass, text }) => ({ pass, text })) });
}

interface KernelUse {
  readonly kernel: string;
  readonly calls: number;
  readonly schedule: string;
  readonly words: readonly string[];
}

function kernelsPart({ node }: WindowOp, { schedules }: Decisions): Part {
  const uses = new Map<string, KernelUse>();
  for (const { at, kernel, schedule, words } of schedules) {
    if (originKey(at) !== originKey(node.location)) continue;
    uses.set(kernel, { kernel, schedule, words, calls: (uses.get(kernel)?.calls ?? 0) + 1 });
  }
  const all = [...uses.values()];
  const lines = all.flatMap(({ kernel, calls, schedule, words }) => [
    `${kernel}, ${counted(calls, "call")}`,
    ...words.map((each) => `  ${each}`),
    ...(schedule === "" ? [] : [`  ${schedule}`]),
  ]);
  const none = ["none of its own: its result is known, or nobody reads it"];
  return part("kernels", lines.length === 0 ? none : lines, {
    kernels: all.map(({ words, ...use }) => ({ ...use, words: [...words] })),
  });
}
