/** Modules of one model, each for other shapes of its inputs. */
import { refuse } from "./refuse.js";

/** The entry called `shape`. Throws a TypeError `load/shape` where there is none. */
export function entryFor<Entry>(entries: Readonly<Record<string, Entry>>, shape: unknown): Entry {
  if (typeof shape === "string" && Object.hasOwn(entries, shape)) return entries[shape]!;
  const names = Object.keys(entries).map((each) => JSON.stringify(each));
  refuse(TypeError, "load/shape", `load: shape must be ${names.join(" or ")}, found ${JSON.stringify(shape)}`);
}
