/**
 * Intervals of time, found by what they overlap without looking at all: a segment tree. An interval is kept at the few nodes whose
 * spans make it up, so those that hold a moment lie on one path; the others that overlap a span start in it.
 */
export interface Span {
  readonly first: number;
  readonly last: number;
}

export class AliveIndex<Item extends Span> {
  private readonly size: number;
  /** Node i has the children 2i and 2i + 1; leaves, one for each moment, are the last half. */
  private readonly nodes: Item[][];
  private readonly starting: Item[][];

  /** For moments 0 … `moments` − 1. */
  constructor(moments: number) {
    this.size = 2 ** Math.ceil(Math.log2(Math.max(moments, 1)));
    this.nodes = Array.from({ length: 2 * this.size }, () => []);
    this.starting = Array.from({ length: this.size }, () => []);
  }

  add(item: Item): void {
    this.starting[item.first]?.push(item);
    let [low, high] = [item.first + this.size, item.last + this.size + 1];
    for (; low < high; low >>= 1, high >>= 1) {
      if (low % 2 === 1) this.nodes[low++]?.push(item);
      if (high % 2 === 1) this.nodes[--high]?.push(item);
    }
  }

  /** Every item that has a moment in common with the span, each once. */
  overlapping({ first, last }: Span): Item[] {
    const found: Item[][] = this.starting.slice(first + 1, last + 1);
    for (let node = first + this.size; node >= 1; node >>= 1) found.push(this.nodes[node] ?? []);
    return found.flat();
  }
}
