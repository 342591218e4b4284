/** Arrays handed to a model that lie in its own memory, where it may write before it has read them. */
import { refuse } from "./refuse.js";

type Words = ArrayBufferView & { slice(): Words };

/** What is to be copied to the input `own`: a copy of it where it is another part of the model's memory. */
export function outsideOf<Array extends Words>(own: Array, array: Array): Array {
  return array === own || array.buffer !== own.buffer ? array : (array.slice() as Array);
}

/** Refuses another part of the model's memory than `own` as the place of an output. */
export function notElsewhere(name: string, own: Words, array: Words): void {
  if (array === own || array.buffer !== own.buffer) return;
  const message = `output ${JSON.stringify(name)} lies in the model's own memory, but is not model.output(${JSON.stringify(name)})`;
  refuse(RangeError, "run/overlap", message);
}
