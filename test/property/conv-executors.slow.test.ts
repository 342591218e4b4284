/** Convolutions and transposed convolutions by definition on every executor, many cases. */
import { describe, it } from "vitest";
import { convolutionEqualsDefinition, transposeEqualsDefinition } from "../support/conv-executor-laws.js";
import { executors, reference } from "../support/executors.js";

describe.each([reference, ...executors])("$name, many cases", (executor) => {
  it("conv_transpose by phases = definition", () => transposeEqualsDefinition(executor, "phases", 1000));
  it("conv_transpose through zero insertion = definition", () =>
    transposeEqualsDefinition(executor, "zero-insertion", 1000));
  it("conv = definition", () => convolutionEqualsDefinition(executor, 1000));
});
