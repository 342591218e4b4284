/** What was asked for on the command line. */
import { parseArgs } from "node:util";

export const helpText = `Usage: npm run bench -- <layers|models> [options]

  layers           ten single layers: ours beside tfjs-cpu, tfjs-wasm and onnxruntime-web
  models           whole models: ours beside onnxruntime-web

Options
  --only <text>    only layers or models whose name contains the text
  --peers-only     leave ours out
  --rounds <n>     samples of each contender, taken in turn (default 15)
  --output <dir>   where <suite>.md and <suite>.json go (default bench/results)
  --json           print JSON instead of the table
  --help           print this`;

const known = {
  only: { type: "string", default: "" },
  "peers-only": { type: "boolean", default: false },
  rounds: { type: "string", default: "15" },
  output: { type: "string" },
  json: { type: "boolean", default: false },
  help: { type: "boolean", default: false },
};

/** Options as plain data; `problem` says what is wrong with them. */
export function readCommandLine(words, suites) {
  try {
    const { values, positionals } = parseArgs({ args: words, options: known, allowPositionals: true });
    const { "peers-only": peersOnly, rounds, ...rest } = values;
    const options = { ...rest, peersOnly, rounds: Number(rounds), suite: positionals[0] };
    return { ...options, problem: problemOf(options, positionals, suites) };
  } catch (error) {
    return { problem: error.message };
  }
}

function problemOf({ help, suite, rounds }, positionals, suites) {
  if (help) return undefined;
  if (positionals.length !== 1 || !suites.includes(suite)) return `Name one suite: ${suites.join(" or ")}`;
  if (!Number.isInteger(rounds) || rounds < 1) return "--rounds takes a positive integer";
  return undefined;
}
