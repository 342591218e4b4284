import fc from "fast-check";
import { expect, test } from "vitest";
import { PriorityQueue } from "../../../../src/passes/program/priority-queue.js";

test("gives the least, the smallest number among equals", () => {
  const priorities = fc.array(fc.option(fc.integer({ min: -5, max: 5 }), { nil: "pop" as const }), { maxLength: 60 });
  fc.assert(
    fc.property(priorities, (actions) => {
      const queue = new PriorityQueue();
      const held: { item: number; priority: number }[] = [];
      for (const [item, action] of [...actions, ...actions.map(() => "pop" as const)].entries()) {
        if (action !== "pop") {
          queue.push(item, action);
          held.push({ item, priority: action });
          held.sort((a, b) => a.priority - b.priority || a.item - b.item);
        } else expect(queue.pop()).toEqual(held.shift());
      }
    }),
    { numRuns: 300 },
  );
});
