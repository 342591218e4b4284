/** The minimum cut against all cuts of small networks. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Network } from "../../../../../src/passes/graph/transposes/minimum-cut.js";

interface Edge {
  readonly from: number;
  readonly to: number;
  readonly capacity: number;
}

const vertexCount = 7;

/** Source 0 and sink 1 among the vertices, and a few edges that must not be cut. */
const edges = fc.array(
  fc.record({
    from: fc.nat(vertexCount - 1),
    to: fc.nat(vertexCount - 1),
    capacity: fc.oneof(fc.nat(6), fc.nat(6), fc.constant(Infinity)),
  }),
  { maxLength: 18 },
);

function costOf(network: readonly Edge[], isOnSinkSide: (vertex: number) => boolean): number {
  const cut = network.filter(({ from, to }) => from !== to && !isOnSinkSide(from) && isOnSinkSide(to));
  return cut.reduce((sum, { capacity }) => sum + capacity, 0);
}

function sinkSideOf(network: readonly Edge[]): ReadonlySet<number> {
  const built = new Network();
  for (let vertex = 2; vertex < vertexCount; vertex++) built.addVertex();
  for (const { from, to, capacity } of network) built.addEdge(from, to, capacity);
  return built.sinkSide();
}

/** The sink sides of all cuts, as sets of bits. */
const cuts = Array.from({ length: 2 ** vertexCount }, (_, bits) => bits).filter((bits) => (bits & 3) === 2);

describe("minimum cut", () => {
  it("is the cheapest of all, and of those the one with the smallest sink side", () => {
    fc.assert(
      fc.property(edges, (network) => {
        const costs = cuts.map((bits) => ({ bits, cost: costOf(network, (vertex) => (bits & (1 << vertex)) !== 0) }));
        const least = Math.min(...costs.map(({ cost }) => cost));
        fc.pre(least < Infinity);
        const smallest = costs
          .filter(({ cost }) => cost === least)
          .reduce((all, { bits }) => all & bits, 2 ** vertexCount - 1);
        const found = [...sinkSideOf(network)].reduce((bits, vertex) => bits | (1 << vertex), 0);
        expect(costOf(network, (vertex) => (found & (1 << vertex)) !== 0)).toBe(least);
        expect(found).toBe(smallest);
      }),
      { numRuns: 500 },
    );
  });

  it("separates what is not connected", () => {
    expect([...sinkSideOf([])]).toEqual([Network.sink]);
  });
});
