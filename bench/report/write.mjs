/** Figures as Markdown, as JSON and as a picture, with the machine they were taken on. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describeMachine, machineLine, peerVersions } from "../machine.mjs";
import { figuresOf, meansOf } from "./figures.mjs";
import {
  againstBestTable,
  differenceLine,
  meansTable,
  sharesTable,
  timesTable,
  unsupportedLines,
} from "./markdown.mjs";

const resultsFolder = fileURLToPath(new URL("../results", import.meta.url));

/** Writes `<suite>.md`, `.json` and `.svg` and returns the text that was asked for. What shows but a part is written where `--output` says only. */
export function writeReport(report, { output, json, partial }) {
  const data = withFigures({ ...report, machine: describeMachine(), versions: peerVersions(report.contenders) });
  const texts = { md: `${markdown(data)}\n`, json: `${JSON.stringify(data, undefined, 2)}\n` };
  const folder = output ?? (partial ? undefined : resultsFolder);
  if (folder !== undefined) writeTexts(folder, report.suite, texts);
  return (json ? texts.json : texts.md).trimEnd();
}

function writeTexts(folder, suite, texts) {
  mkdirSync(folder, { recursive: true });
  for (const [ending, text] of Object.entries(texts)) writeFileSync(join(folder, `${suite}.${ending}`), text);
}

function withFigures(report) {
  const rows = report.rows.map(figuresOf);
  return { ...report, rows, means: meansOf(rows, report.contenders) };
}

function markdown(data) {
  const parts = [timesTable(data), againstBestTable(data), meansTable(data)];
  if (data.rows.some(({ gigaflops }) => gigaflops !== undefined)) parts.push(sharesTable(data));
  const notes = [...data.notes, differenceLine(data.rows), ...unsupportedLines(data.rows), machineLine(data)];
  return [...parts, ...notes].join("\n\n");
}
