/** The benchmark: `node bench/run.mjs <suite>`. Progress goes to stderr, the report to stdout and into files. */
import { existsSync } from "node:fs";
import { helpText, readCommandLine } from "./command-line.mjs";
import { installPeers } from "./peers/install.mjs";

/** Suites by name, loaded when they are asked for. */
const suites = {
  layers: async () => (await import("./suites/layers.mjs")).measureLayers,
  models: async () => (await import("./suites/models.mjs")).measureModels,
};

const options = readCommandLine(process.argv.slice(2), Object.keys(suites));
if (options.problem !== undefined) {
  console.error(`${options.problem}\n\n${helpText}`);
  process.exitCode = 2;
} else if (options.help) {
  console.log(helpText);
} else if (!existsSync(new URL("../dist/index.js", import.meta.url))) {
  console.error("There is no dist/: run `npm run build` first.");
  process.exitCode = 2;
} else {
  installPeers();
  const { writeReport } = await import("./report/write.mjs");
  for (const suite of options.suites) {
    const measure = await suites[suite]();
    console.log(writeReport(await measure(options), options));
  }
}
