/** Every kernel call of TensorFlow.js' specs that is a node of a graph model gives the same from emitted modules. */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { testSuites } from "../support/conformance/test-suites.js";
import { javascript, wasm } from "../support/executors.js";
import { sharedData } from "../support/shared-data.js";
import { kernelNodes } from "../support/tfjs-kernel-nodes.js";
import { graphNodes } from "./suites/tfjs-graph-nodes.js";
import { kernelsNotSupported } from "./tfjs-graph-nodes.table.js";

testSuites([graphNodes], { executors: [javascript, wasm] });

const folder = sharedData("the list of TensorFlow.js' kernels");

test.runIf(folder)(
  "every kernel of the specs is a node, or stands in the table of those that are not supported",
  () => {
    const files = readdirSync(join(folder as string, "conformance/tfjs/kernels"));
    const kernels = files.map((file) => file.replace(/\.jsonl$/, "")).sort();
    expect([...Object.keys(kernelNodes), ...Object.keys(kernelsNotSupported)].sort()).toEqual(kernels);
  },
);
