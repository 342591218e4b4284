/**
 * Sequences of tensors, while a model is imported: a list whose length and elements are known here, so that what operators do with it
 * is done here, too. A graph has tensors alone; an operator is given a sequence only where its row says that it takes one.
 */
import type { Operand } from "../../importing/operand.js";

/** In the place of a tensor; its type means nothing. */
export interface SequenceOperand extends Operand {
  readonly items: readonly Operand[];
}

export function sequenceOf(items: readonly Operand[]): SequenceOperand {
  return { elementType: items[0]?.elementType ?? "f32", shape: [items.length], label: "", items };
}

export function isSequence(value: Operand | undefined): value is SequenceOperand {
  return value !== undefined && "items" in value;
}
