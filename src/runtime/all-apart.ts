/** The check of many arrays; few are tested in place. */
import { apart } from "./ports.js";

/** Refuses outputs that share memory with an input or with another output: those of `arrays` from number `outputs` on. */
export function allApart(titles: readonly string[], arrays: readonly ArrayBufferView[], outputs: number): void {
  for (let second = outputs; second < arrays.length; second++) {
    for (let first = 0; first < second; first++) {
      if (arrays[first].buffer === arrays[second].buffer) {
        apart(titles[first], arrays[first], titles[second], arrays[second]);
      }
    }
  }
}
