/** A value between layers. */
import type { Operand } from "../../../importing/operand.js";

export interface LayerValue {
  readonly value: Operand;
  /** [batch, steps], bool: which time steps count, where a layer before says so. */
  readonly mask?: Operand | undefined;
}
