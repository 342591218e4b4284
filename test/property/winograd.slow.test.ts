/** Winograd's algorithm within its stated bound, on a thousand random layers. */
import { describe, it } from "vitest";
import { executors } from "../support/executors.js";
import { staysWithinBound } from "../support/winograd-laws.js";

describe.each(executors)("$name, many cases", (executor) => {
  it("is as near to f64 as the bound says", () => staysWithinBound(executor, 1000));
});
