/** Text of a module that is made to be measured: its calls one by one, each with its node and its kernel. */
import { stringLiteral } from "../javascript/literal.js";

/** What a call of the program computes: the node of the model it was made for, and its kernel. */
export interface ProfiledCall {
  readonly node: string;
  readonly kernel: string;
}

/** The statement that makes the profiler, and the method that tells what it noted. */
export function profilerText(calls: readonly ProfiledCall[]): string {
  const rows = calls.map(({ node, kernel }) => `  [${stringLiteral(node)}, ${stringLiteral(kernel)}],\n`);
  return `const profiler = makeProfiler([\n${rows.join("")}]);`;
}

export const profileMethod = "profile: profiler.profile,";
