/** JSON as a key: JSON has no −0, no infinities and no NaN, and what differs in them alone must not be taken for equal. */

/** A text that two pieces of plain data share only where they are equal to the last bit of their numbers. */
export function exactJson(data: unknown): string {
  return JSON.stringify(data, (_, value: unknown) => (typeof value === "number" ? exactNumber(value) : value));
}

/** Strings of plain data cannot look like this one: they do not begin with a NUL. */
function exactNumber(value: number): number | string {
  if (Object.is(value, -0)) return "\0-0";
  return Number.isFinite(value) ? value : `\0${value}`;
}
