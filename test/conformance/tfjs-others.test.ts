/** Elementwise kernels, reductions and movement of TensorFlow.js' specs give the same from emitted modules: up to 24 cases of each, the report takes all. */
import { testSuites } from "../support/conformance/test-suites.js";
import { javascript, relaxedWasm, wasm } from "../support/executors.js";
import { tfjsSuite } from "../support/tfjs-suite.js";
import { others } from "./suites/tfjs-kernels.js";

testSuites([tfjsSuite(others, 24)], { executors: [javascript, wasm, relaxedWasm] });
