/** A binary heap of numbers by priority: what comes out is the least, the smallest number among equals. */

interface Entry {
  readonly priority: number;
  readonly item: number;
}

const isBefore = (a: Entry, b: Entry): boolean =>
  a.priority < b.priority || (a.priority === b.priority && a.item < b.item);

export class PriorityQueue {
  private readonly heap: Entry[] = [];

  push(item: number, priority: number): void {
    const { heap } = this;
    const entry = { priority, item };
    let at = heap.push(entry) - 1;
    for (let parent = (at - 1) >> 1; at > 0 && isBefore(entry, heap[parent]); parent = (at - 1) >> 1) {
      heap[at] = heap[parent];
      at = parent;
    }
    heap[at] = entry;
  }

  /** Takes out the least; undefined where there is none. */
  pop(): Entry | undefined {
    const [first] = this.heap;
    const last = this.heap.pop();
    if (last !== undefined && this.heap.length > 0) this.sink(last);
    return first;
  }

  /** Puts `entry` where the first one was, and down to its place. */
  private sink(entry: Entry): void {
    const { heap } = this;
    let at = 0;
    for (let child = 1; child < heap.length; child = 2 * at + 1) {
      if (child + 1 < heap.length && isBefore(heap[child + 1], heap[child])) child++;
      if (!isBefore(heap[child], entry)) break;
      heap[at] = heap[child];
      at = child;
    }
    heap[at] = entry;
  }
}
