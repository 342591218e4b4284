/** Who runs when; how long is not looked at. */
import { expect, test } from "vitest";
import { measureInTurn } from "../../../../src/cli/bench/measure-in-turn.js";

/** Runs that take longer than a sample, so that each turn is one call; `order` notes them. */
function slow(name: string, order: string[]) {
  const run = (): void => {
    const end = performance.now() + 15;
    while (performance.now() < end);
    order.push(name);
  };
  return { name, run, select: () => order.push(`select ${name}`) };
}

test("one sample each a round, another one first each time, selected before it runs", async () => {
  const order: string[] = [];
  const samples = await measureInTurn([slow("a", order), slow("b", order)], 3);
  const runs = order.filter((each) => !each.startsWith("select"));
  expect(Object.keys(samples)).toEqual(["a", "b"]);
  expect(samples["a"]).toHaveLength(3);
  expect(samples["b"]).toHaveLength(3);
  expect(runs.slice(-6)).toEqual(["a", "b", "b", "a", "a", "b"]);
  expect(order.slice(-2)).toEqual(["select b", "b"]);
});

test("promises are waited for", async () => {
  let open = 0;
  let most = 0;
  const run = async (): Promise<void> => {
    most = Math.max(most, ++open);
    await new Promise((resolve) => setTimeout(resolve, 15));
    open--;
  };
  await measureInTurn([{ name: "a", run }], 2);
  expect({ open, most }).toEqual({ open: 0, most: 1 });
});
