/** How a model refuses what it is handed. */

/** Throws an error of the given class with a `code`. */
export function refuse(Kind: ErrorConstructor, code: string, message: string, cause?: unknown): never {
  throw Object.assign(new Kind(message, cause === undefined ? undefined : { cause }), { code });
}
