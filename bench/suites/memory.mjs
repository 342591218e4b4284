/** What a run adds to the memory of an empty Node, at its peak. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { spreadOf } from "../../dist/cli/bench/statistics.js";
import { requireSameSums, runInTurn } from "../children/processes.mjs";
import { modelFile, models } from "../models.mjs";
import { processContenders } from "./process-contenders.mjs";

const runs = 3;
const shape = [1, 3, 640, 640];
const notes = [
  `Peak resident memory of a process that loads the model and runs it ${runs} times, less that of a Node that does nothing, both medians. One thread each.`,
];

/** Report rows of the detector at 640×640: bytes by contender. */
export async function measureMemory(options) {
  const { only, rounds = 9 } = options;
  const detector = models.find(({ id }) => id === "pp-ocr-det");
  const file = "pp-ocr-det 640×640".includes(only) ? modelFile(detector) : undefined;
  const rows = file === undefined ? [] : [await measureModel("pp-ocr-det 640×640", file, options, rounds)];
  const contenders = Object.keys(rows[0]?.bytes ?? {});
  return { suite: "memory", kind: "memory", contenders, notes, rounds, rows };
}

async function measureModel(name, file, options, rounds) {
  console.error(`measuring ${name}`);
  const folder = mkdtempSync(join(tmpdir(), "unstride-bench-"));
  try {
    const contenders = await processContenders(file, { x: { shape } }, folder, options, runs);
    const results = await runInTurn(contenders, rounds);
    requireSameSums(name, results);
    const { empty } = await runInTurn([{ name: "empty", program: "empty", job: {} }], rounds);
    const empties = peak(empty);
    const over = Object.entries(results).map(([each, rows]) => [each, peak(rows) - empties]);
    return { name, emptyBytes: empties, bytes: Object.fromEntries(over) };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function peak(rows) {
  return spreadOf(rows.map(({ peakBytes }) => peakBytes)).median;
}
