/** The files of a weight manifest, each asked for once and only when all of the manifest has been checked, and the tensors in them. */
import { fail } from "../../../diagnostics/error.js";
import { quoted } from "../../../diagnostics/quoted.js";
import type { Tensor } from "../../../ir/types/tensor.js";
import type { FilesBeside } from "../../reading/inside-folder.js";
import { decodeGroup } from "./decode.js";
import { byteLengthOf, type WeightGroup } from "./manifest.js";

/** All tensors by name. Rejects with `import/external-data`, `import/tensor-data`. */
export async function loadWeights(
  groups: readonly WeightGroup[],
  files: FilesBeside | undefined,
): Promise<ReadonlyMap<string, Tensor>> {
  const weights = new Map<string, Tensor>();
  for (const group of groups) {
    const bytes = await groupBytes(group, files);
    for (const [name, tensor] of decodeGroup(group, bytes)) weights.set(name, tensor);
  }
  return weights;
}

/** The files of a group one after the other; at most as many bytes as its tensors take are put together. */
async function groupBytes(group: WeightGroup, files: FilesBeside | undefined): Promise<Uint8Array> {
  const shards: Uint8Array[] = [];
  for (const path of group.paths) shards.push(await loadShard(path, group.at, files));
  if (shards.length === 1) return shards[0];
  const length = shards.reduce((sum, shard) => sum + shard.length, 0);
  checkLength(group, length);
  const bytes = new Uint8Array(length);
  let offset = 0;
  for (const shard of shards) {
    bytes.set(shard, offset);
    offset += shard.length;
  }
  return bytes;
}

/** A file may be named many times over: its bytes are not repeated before their number is known to be right. */
function checkLength({ entries, at }: WeightGroup, length: number): void {
  const known = entries.reduce((sum, entry) => sum + (byteLengthOf(entry) ?? 0), 0);
  const hasStrings = entries.some((entry) => byteLengthOf(entry) === undefined);
  if (length === known || (hasStrings && length > known && length <= mostStringBytes + known)) return;
  const remedy = "the files of weights are cut, or belong to another model.json: copy all of them again";
  const expected = `${known} bytes in the files of this group`;
  fail("import/tensor-data", { at, expected, found: `${length} bytes`, remedy });
}

/** Strings in weights are vocabularies. */
const mostStringBytes = 2 ** 28;

async function loadShard(path: string, at: string, files: FilesBeside | undefined): Promise<Uint8Array> {
  const expected = `the file ${quoted(path)} beside the model`;
  if (files === undefined) {
    return fail("import/external-data", { at, expected, found: "the model alone, without the files beside it" });
  }
  try {
    const { buffer, byteOffset, byteLength } = await files(path);
    return new Uint8Array(buffer, byteOffset, byteLength);
  } catch (error) {
    const found = quoted(error instanceof Error ? error.message : String(error));
    return fail("import/external-data", { at, expected, found });
  }
}
