/**
 * States that stateful layers keep from one run to the next. A module keeps nothing: they become inputs of the graph, `lstm/state_0`,
 * zero at first, and outputs, `lstm/next_state_0`, for the next run.
 */
import type { GraphBuilder } from "../../../../ir/graph/builder.js";
import type { Shape } from "../../../../ir/types/shape.js";
import type { Operand } from "../../../importing/operand.js";
import type { TensorBuilder } from "../../../importing/tensor-builder.js";

export class KeptStates {
  private readonly graph: GraphBuilder;
  private readonly tensors: TensorBuilder;
  private readonly current = new Map<string, Operand>();

  constructor(graph: GraphBuilder, tensors: TensorBuilder) {
    this.graph = graph;
    this.tensors = tensors;
  }

  /** The state of that name before a call: the input, or what an earlier call in the same run has left. */
  take(name: string, shape: Shape): Operand {
    const existing = this.current.get(name);
    if (existing !== undefined) return existing;
    const stored = this.graph.input(name, { elementType: "f32", shape });
    return { elementType: "f32", shape, stored, label: "" };
  }

  keep(name: string, state: Operand): void {
    this.current.set(name, state);
  }

  /** Makes the outputs. */
  putOut(): void {
    for (const [name, state] of this.current) {
      const output = name.replace(/state_(\d+)$/, "next_state_$1");
      this.tensors.resultName = output;
      this.graph.output(output, this.tensors.stored(state));
    }
  }
}
