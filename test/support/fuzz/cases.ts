/** Files to compile that nobody vouches for, by number: the same number gives the same file. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { mutate, splice } from "../mutate.js";
import { mutateOnnx } from "../mutate-onnx.js";
import { model } from "../onnx-writer.js";
import { conformanceModels, sharedData } from "../shared-data.js";
import { fileOf, hostileModel } from "./hostile-nodes.js";
import { nodeSeeds } from "./node-seeds.js";

/** Whole files to damage: our own of one node each, mnist, and every `every`-th of the backend suite where they are. */
export function wholeFiles(every: number): readonly Uint8Array[] {
  const folder = sharedData("compiling damaged models of other people");
  const external = { name: "w", shape: [2], external: { location: "../../etc/passwd", length: "8" } };
  const own = [...nodeSeeds.map((seed) => fileOf(seed)), model({ initializers: [external], outputs: [{ name: "w" }] })];
  if (folder === undefined) return own;
  const suite = conformanceModels(folder).filter((_, index) => index % every === 0);
  const mnist = join(folder, "models/mnist/model.onnx");
  return [...own, ...[mnist, ...suite].map((path) => new Uint8Array(readFileSync(path)))];
}

/** Half of all files are wrong in what they say; of the others half in their messages, and the rest in their bytes. */
export function damagedFile(whole: readonly Uint8Array[], number: number): Uint8Array {
  const [one, other] = [whole[(number * 7919) % whole.length], whole[(number * 104_729 + 13) % whole.length]];
  if (number % 2 === 0) return hostileModel(number);
  if (number % 4 === 1) return mutateOnnx(one, number);
  return number % 5 === 0 ? splice(one, other, number) : mutate(one, number);
}
