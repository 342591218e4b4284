/**
 * Minimum cut of a network between a source and a sink, by Dinic's algorithm (E. A. Dinic, 1970): shortest augmenting paths,
 * found level by level. Capacities are whole numbers, or Infinity for edges that must not be cut.
 */

/** Edges stand in pairs: edge e and its reverse e ^ 1. */
export class Network {
  static readonly source = 0;
  static readonly sink = 1;
  private readonly edgesOf: number[][] = [[], []];
  private readonly target: number[] = [];
  private readonly capacity: number[] = [];
  private level: number[] = [];
  private nextEdge: number[] = [];

  addVertex(): number {
    return this.edgesOf.push([]) - 1;
  }

  /** Costs `capacity` where `from` ends on the source's side and `to` on the sink's. */
  addEdge(from: number, to: number, capacity: number): void {
    if (from === to || capacity === 0) return;
    this.edgesOf[from].push(this.target.push(to) - 1);
    this.capacity.push(capacity);
    this.edgesOf[to].push(this.target.push(from) - 1);
    this.capacity.push(0);
  }

  /** The vertices on the sink's side of the cheapest cut; of several the one with the fewest. */
  sinkSide(): ReadonlySet<number> {
    while (this.findLevels()) {
      this.nextEdge = this.edgesOf.map(() => 0);
      while (this.push(Network.source, Infinity) > 0);
    }
    return this.reachingSink();
  }

  /** Distances from the source along edges with room; whether the sink is reached. */
  private findLevels(): boolean {
    this.level = this.edgesOf.map(() => -1);
    this.level[Network.source] = 0;
    const queue = [Network.source];
    for (const vertex of queue) {
      for (const edge of this.edgesOf[vertex]) {
        const to = this.target[edge];
        if (this.capacity[edge] === 0 || this.level[to] >= 0) continue;
        this.level[to] = this.level[vertex] + 1;
        queue.push(to);
      }
    }
    return this.level[Network.sink] >= 0;
  }

  /** Sends at most `limit` from `vertex` down the levels to the sink along one path; how much went. */
  private push(vertex: number, limit: number): number {
    if (vertex === Network.sink) return limit;
    for (; this.nextEdge[vertex] < this.edgesOf[vertex].length; this.nextEdge[vertex]++) {
      const edge = this.edgesOf[vertex][this.nextEdge[vertex]];
      const to = this.target[edge];
      if (this.capacity[edge] === 0 || this.level[to] !== this.level[vertex] + 1) continue;
      const sent = this.push(to, Math.min(limit, this.capacity[edge]));
      if (sent === 0) continue;
      this.capacity[edge] -= sent;
      this.capacity[edge ^ 1] += sent;
      return sent;
    }
    return 0;
  }

  /** Vertices from which room is left all the way to the sink. */
  private reachingSink(): ReadonlySet<number> {
    const reached = new Set([Network.sink]);
    for (const vertex of reached) {
      for (const edge of this.edgesOf[vertex]) if (this.capacity[edge ^ 1] > 0) reached.add(this.target[edge]);
    }
    return reached;
  }
}
