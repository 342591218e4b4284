/** What every step of reading one file needs: the file's name, the problems found so far, and the files beside it. */
import { Problems } from "../../reading/problems.js";

export interface Reading {
  /** The model file's own name, for errors. */
  readonly source: string;
  readonly problems: Problems;
  /** External data by the location the model gives; complete before tensors are built. */
  readonly files: ReadonlyMap<string, Uint8Array>;
}

export function startReading(source: string): Reading {
  return { source, problems: new Problems(), files: new Map() };
}
