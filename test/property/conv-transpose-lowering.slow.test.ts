/** The laws of conv-transpose-lowering.test.ts on thousands of cases. */
import { describe, it } from "vitest";
import {
  convEqualsDefinition,
  loweredTransposesEqualDefinition,
  phasesEqualZeroInsertion,
  transposeIsAdjoint,
} from "../support/conv-laws.js";

describe("lowering of conv_transpose, many cases", () => {
  it("by phases = through zero insertion = evaluate = definition", () => phasesEqualZeroInsertion(5000));
  it("its computations = evaluate, padding materialised", () => loweredTransposesEqualDefinition(3000));
  it("conv = definition = its computation", () => convEqualsDefinition(3000));
  it("⟨conv(x), y⟩ = ⟨x, conv_transpose(y)⟩", () => transposeIsAdjoint(5000));
});
