/** The benchmark: `node bench/run.mjs layers` or `models`. Progress goes to stderr, the report to stdout and into files. */
import { helpText, readCommandLine } from "./command-line.mjs";
import { measureLayers } from "./measure-layers.mjs";
import { measureModels } from "./measure-models.mjs";
import { installPeers } from "./peers/install.mjs";
import { writeReport } from "./report.mjs";

const suites = { layers: measureLayers, models: measureModels };

const options = readCommandLine(process.argv.slice(2), Object.keys(suites));
if (options.problem !== undefined) {
  console.error(`${options.problem}\n\n${helpText}`);
  process.exitCode = 2;
} else if (options.help) {
  console.log(helpText);
} else {
  installPeers();
  const report = await suites[options.suite](options);
  const text = await writeReport(report, options);
  console.log(text);
}
