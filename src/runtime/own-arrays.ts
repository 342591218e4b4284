/** The arrays that a model has of its own, for callers who bring none. */
import { refuse } from "./refuse.js";

/** A port's own array: there from the start, or made when it is first asked for. */
export interface OwnArray {
  readonly kind: new (length: number) => ArrayBufferView & { readonly length: number };
  readonly length: number;
  made?: ArrayBufferView & { readonly length: number };
}

/** The own array of the port called `name`; a new one where the former was given away, as `postMessage` can. */
export function ownArray(role: string, arrays: Readonly<Record<string, OwnArray>>, name: string): ArrayBufferView {
  const own = Object.hasOwn(arrays, name) ? arrays[name]! : undefined;
  if (own === undefined) {
    const names = Object.keys(arrays).map((each) => JSON.stringify(each));
    const message = `${role} ${JSON.stringify(name)} is unknown: the model's ${role}s are ${names.join(", ")}`;
    refuse(TypeError, `run/unknown-${role}`, message);
  }
  if (own.made?.length !== own.length) own.made = new own.kind(own.length);
  return own.made;
}
