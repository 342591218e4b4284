/** Weights that a module carries in its own text. */

/** The bytes of canonical base64 without line ends. No `atob`: engines outside browsers lack it, or are slow at it. */
export function decodeBase64(text: string): Uint8Array<ArrayBuffer> {
  const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  const sextets = new Uint8Array(128);
  for (let i = 0; i < 64; i++) sextets[alphabet.charCodeAt(i)] = i;
  const padding = text.endsWith("==") ? 2 : text.endsWith("=") ? 1 : 0;
  const bytes = new Uint8Array((text.length / 4) * 3 - padding);
  for (let from = 0, to = 0; from < text.length; from += 4, to += 3) {
    const word =
      (sextets[text.charCodeAt(from)]! << 18) |
      (sextets[text.charCodeAt(from + 1)]! << 12) |
      (sextets[text.charCodeAt(from + 2)]! << 6) |
      sextets[text.charCodeAt(from + 3)]!;
    bytes[to] = word >> 16;
    bytes[to + 1] = word >> 8;
    bytes[to + 2] = word;
  }
  return bytes;
}
