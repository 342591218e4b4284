/** How one named value of a file is read, be it an attribute of an operator or an entry of a layer's config: a record of kinds is what may be there. */

export interface ValueKind<Source, T> {
  /** What is expected, for people. */
  readonly words: string;
  /** Undefined where the value is something else. */
  read(value: Source): T | undefined;
  /** What an absent value means; undefined as well where it must be there. */
  readonly fallback: T;
  readonly required: boolean;
}

/** What a record of kinds reads. */
export type ReadValues<Kinds> = {
  readonly [Name in keyof Kinds]: Kinds[Name] extends { readonly fallback: infer T } ? T : never;
};
