/** The generated pages are current; `npm run bless` rewrites them. */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { expect, test } from "vitest";
import { onnxPage } from "../support/onnx-page.js";
import { errorsPage, opsPage } from "../support/pages.js";
import { tfjsGraphPage } from "../support/tfjs-graph-page.js";
import { tfjsLayersPage } from "../support/tfjs-layers-page.js";

const pages = {
  "ops.md": opsPage(),
  "errors.md": errorsPage(),
  "onnx.md": onnxPage(),
  "tfjs-graph.md": tfjsGraphPage(),
  "tfjs-layers.md": tfjsLayersPage(),
};

test.each(Object.entries(pages))("docs/%s", (name, text) => {
  const file = new URL(`../../docs/${name}`, import.meta.url);
  if (process.env["UNSTRIDE_BLESS"] === "1") writeFileSync(file, text);
  expect(existsSync(file) ? readFileSync(file, "utf8") : "").toBe(text);
});
