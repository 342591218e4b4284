/** One row of the catalogue: what is wrong, and what the user can do. */
export interface Entry {
  readonly title: string;
  readonly remedy: string;
}

/** Keeps the codes of a category as literal types while checking that each row is complete. */
export function entries<Codes extends string>(rows: Readonly<Record<Codes, Entry>>): Readonly<Record<Codes, Entry>> {
  return rows;
}
