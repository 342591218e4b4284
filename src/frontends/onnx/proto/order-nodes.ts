/** Puts nodes that a file may list in any order into one in which each comes after those it needs. */

/** An order of all nodes, or nodes that need one another in a circle, each needing the next and the last the first. */
export type NodeOrder = { readonly order: readonly number[] } | { readonly cycle: readonly number[] };

const open = 1;
const done = 2;

/**
 * Depth first in the order of the file, so that a file which is in order stays as it is. `needs[i]` are the nodes that node i needs.
 * Time is linear in nodes and needs, and there is no recursion: chains of a model are as long as it pleases.
 */
export function orderNodes(needs: readonly (readonly number[])[]): NodeOrder {
  const state = new Uint8Array(needs.length);
  const nextNeed = new Uint32Array(needs.length);
  const order: number[] = [];
  for (let root = 0; root < needs.length; root++) {
    const stack = state[root] === done ? [] : [root];
    for (let node = stack.at(-1); node !== undefined; node = stack.at(-1)) {
      state[node] = open;
      const need = needs[node]?.[nextNeed[node]++];
      if (need === undefined) {
        state[node] = done;
        order.push(node);
        stack.pop();
      } else if (state[need] === open) return { cycle: stack.slice(stack.indexOf(need)) };
      else if (state[need] !== done) stack.push(need);
    }
  }
  return { order };
}
