/**
 * Reads a safetensors file by the format's description and refuses what its reference reader refuses: a header that is
 * not UTF-8 JSON from the first byte, names given twice, offsets that leave holes, overlap, or do not fit the shape.
 */

export interface ReadTensor {
  readonly name: string;
  readonly dtype: string;
  readonly shape: readonly number[];
  /** Where it begins in the data. */
  readonly begin: number;
  readonly bytes: Uint8Array;
}

const elementBytes: Readonly<Record<string, number>> = {
  BOOL: 1,
  U8: 1,
  I8: 1,
  I16: 2,
  U16: 2,
  F16: 2,
  BF16: 2,
  I32: 4,
  U32: 4,
  F32: 4,
  F64: 8,
  I64: 8,
  U64: 8,
};

interface Row {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly data_offsets: readonly [number, number];
}

function must(condition: boolean, what: string): void {
  if (!condition) throw new Error(`not a safetensors file: ${what}`);
}

/** The tensors in the order of their data. */
export function readSafetensors(bytes: Uint8Array): {
  readonly metadata: Readonly<Record<string, string>>;
  readonly tensors: readonly ReadTensor[];
} {
  const length = Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true));
  const data = bytes.subarray(8 + length);
  const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes.subarray(8, 8 + length));
  must(text.startsWith("{"), "the header begins with {");
  const header = new Map<string, unknown>();
  JSON.parse(text);
  for (const [key, value] of topLevelEntries(text)) {
    must(!header.has(key), `${key} is given twice`);
    header.set(key, value);
  }
  const metadata = (header.get("__metadata__") ?? {}) as Record<string, string>;
  header.delete("__metadata__");
  const rows = [...header] as [string, Row][];
  rows.sort(([, a], [, b]) => a.data_offsets[0] - b.data_offsets[0] || a.data_offsets[1] - b.data_offsets[1]);
  let end = 0;
  const tensors = rows.map(([name, { dtype, shape, data_offsets }]) => {
    const [from, to] = data_offsets;
    must(from === end, `${name} begins where the one before ends`);
    const size = shape.reduce((count, each) => count * each, elementBytes[dtype] ?? NaN);
    must(to - from === size, `${name} has the size of its shape`);
    end = to;
    return { name, dtype, shape, begin: from, bytes: data.subarray(from, to) };
  });
  must(end === data.length, "the data ends with the last tensor");
  return { metadata, tensors };
}

/** Keys and values of a JSON object's own text, so that keys given twice and `__proto__` are seen as they stand. */
function topLevelEntries(text: string): [string, unknown][] {
  const found: [string, unknown][] = [];
  const pattern = /[{,]("(?:[^"\\]|\\.)*"):(\{[^{}]*\})/y;
  let position = 0;
  while (text[position] !== "}") {
    pattern.lastIndex = position;
    const match = pattern.exec(text);
    must(match !== null, `an entry at ${position}`);
    const [whole, key = "", value = ""] = match ?? [""];
    found.push([JSON.parse(key) as string, JSON.parse(value)]);
    position += whole.length;
  }
  must(text.slice(position + 1).trim() === "", "nothing follows the header");
  return found;
}
