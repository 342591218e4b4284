/**
 * Strings of a model in text for people. A model is hostile input: its names may hold what moves a terminal's cursor, ends a line, or turns
 * the direction of writing. Here such marks become escapes; what is left stands where it is put.
 */

/** Control characters, separators of lines, marks without a width of their own or that reorder text, and halves of surrogate pairs. */
const unprintable =
  // eslint-disable-next-line no-control-regex
  /[\u0000-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

/** `text` with every unprintable character as `\uXXXX`. Within a JSON string it means the same. */
export function escaped(text: string): string {
  return text.replace(unprintable, (mark) => `\\u${mark.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

/** A JSON string that means `text` exactly, and nothing to a terminal. */
export function quotedWhole(text: string): string {
  return escaped(JSON.stringify(text));
}

const longestQuote = 120;

/** `text` cut to a length that a message can bear. */
export function shortened(text: string): string {
  return text.length <= longestQuote ? text : `${text.slice(0, longestQuote)}…`;
}

/** A string in quotation marks as messages have it: short, and on one line. */
export function quoted(text: string): string {
  return quotedWhole(shortened(text));
}
