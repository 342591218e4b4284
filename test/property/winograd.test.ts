/** Winograd's algorithm on every executor: within its stated bound on real numbers, equal on whole ones where its points keep them exact. */
import { describe, it } from "vitest";
import { executors } from "../support/executors.js";
import { isExactInTwos, staysWithinBound } from "../support/winograd-laws.js";

describe.each(executors)("$name", (executor) => {
  it("is as near to f64 as the bound says", () => staysWithinBound(executor, 40));
  it("with tiles of two, conv = definition on whole numbers", () => isExactInTwos(executor, 20));
});
