/** by phases = through zero insertion = definition, and the adjoint identity. Thousands of cases: the slow suite. */
import { describe, it } from "vitest";
import {
  convEqualsDefinition,
  loweredTransposesEqualDefinition,
  phasesEqualZeroInsertion,
  transposeIsAdjoint,
} from "../support/conv-laws.js";

describe("lowering of conv_transpose", () => {
  it("by phases = through zero insertion = evaluate = definition", () => phasesEqualZeroInsertion(200));
  it("its computations = evaluate, padding materialised", () => loweredTransposesEqualDefinition(150));
  it("conv = definition = its computation", () => convEqualsDefinition(150));
  it("⟨conv(x), y⟩ = ⟨x, conv_transpose(y)⟩", () => transposeIsAdjoint(200));
});
