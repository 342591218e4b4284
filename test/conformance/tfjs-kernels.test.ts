/** Windows, resizing and products of TensorFlow.js' specs give the same from emitted modules. */
import { testSuites } from "../support/conformance/test-suites.js";
import { javascript, relaxedWasm, wasm } from "../support/executors.js";
import { tfjsSuite } from "../support/tfjs-suite.js";
import { windows } from "./suites/tfjs-kernels.js";

testSuites([tfjsSuite(windows)], { executors: [javascript, wasm, relaxedWasm] });
