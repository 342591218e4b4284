/** The option of `load` that says how a model is computed. */
import { refuse } from "./refuse.js";

/** Throws a TypeError `load/target` unless `target` is undefined or one of `known`. */
export function checkTarget(target: unknown, known: readonly string[]): void {
  if (target === undefined || known.includes(target as string)) return;
  const names = known.map((each) => JSON.stringify(each)).join(" or ");
  refuse(TypeError, "load/target", `load: target must be ${names}, found ${JSON.stringify(target)}`);
}
