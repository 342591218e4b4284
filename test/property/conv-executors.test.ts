/** Convolutions and transposed convolutions by definition on every executor. */
import { describe, it } from "vitest";
import { convolutionEqualsDefinition, transposeEqualsDefinition } from "../support/conv-executor-laws.js";
import { executors, reference } from "../support/executors.js";

describe.each([reference, ...executors])("$name", (executor) => {
  it("conv_transpose by phases = definition", () => transposeEqualsDefinition(executor, "phases", 60));
  it("conv_transpose through zero insertion = definition", () =>
    transposeEqualsDefinition(executor, "zero-insertion", 60));
  it("conv = definition", () => convolutionEqualsDefinition(executor, 60));
});
