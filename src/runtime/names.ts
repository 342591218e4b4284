/** Checks of the names under which arrays are handed to a model. */
import { refuse } from "./refuse.js";

/** Refuses names the model does not have: those of `known` are its inputs or outputs, whichever `role` says. */
export function checkNames(role: string, values: object, known: object): void {
  for (const name in values) {
    if (!Object.hasOwn(known, name) && Object.hasOwn(values, name)) {
      const names = Object.keys(known).map((each) => JSON.stringify(each));
      const subject = `${role} ${JSON.stringify(name)}`;
      refuse(TypeError, `run/unknown-${role}`, `${subject} is unknown: the model's ${role}s are ${names.join(", ")}`);
    }
  }
}
