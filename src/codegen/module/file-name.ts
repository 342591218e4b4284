/** File names out of a model's name, which is any string. */

/** A name of letters, digits, `.`, `_` and `-` that no system reserves; `model` where nothing remains. */
export function baseFileName(name: string): string {
  const plain = name
    .slice(0, 256)
    .normalize("NFKD")
    .replace(/[^A-Za-z0-9._-]+/g, "-")
    .replace(/^[.-]+|[.-]+$/g, "")
    .slice(0, 64)
    .replace(/[.-]+$/, "");
  if (plain === "") return "model";
  return /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i.test(plain) ? `model-${plain}` : plain;
}
