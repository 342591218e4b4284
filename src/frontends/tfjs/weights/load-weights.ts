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

/** The files of a group one after the other; none is asked for once there are more bytes than its tensors take. */
async function groupBytes(group: WeightGroup, files: FilesBeside | undefined): Promise<Uint8Array> {
  const { known, most } = lengthsOf(group);
  const shards: Uint8Array[] = [];
  let length = 0;
  for (const path of group.paths) {
    const shard = await loadShard(path, group.at, files);
    shards.push(shard);
    length += shard.length;
    if (length > most) refuseLength(group, known, length);
  }
  if (length < known) refuseLength(group, known, length);
  if (shards.length === 1) return shards[0];
  const bytes = new Uint8Array(length);
  let offset = 0;
  for (const shard of shards) {
    bytes.set(shard, offset);
    offset += shard.length;
  }
  return bytes;
}

/** How many bytes the tensors take that are no strings, and all of them at most. */
function lengthsOf({ entries }: WeightGroup): { readonly known: number; readonly most: number } {
  const known = entries.reduce((sum, entry) => sum + (byteLengthOf(entry) ?? 0), 0);
  const hasStrings = entries.some((entry) => byteLengthOf(entry) === undefined);
  return { known, most: hasStrings ? known + mostStringBytes : known };
}

function refuseLength({ at }: WeightGroup, known: number, length: number): never {
  const remedy = "the files of weights are cut, or belong to another model.json: copy all of them again";
  const expected = `${known} bytes in the files of this group`;
  return fail("import/tensor-data", { at, expected, found: `${length} bytes`, remedy });
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
