/** Layers of TensorFlow.js' own specs: outputs from emitted modules, and shapes. The report runs the cases that differ in numbers alone too. */
import { testSuites } from "../support/conformance/test-suites.js";
import { javascript, wasm } from "../support/executors.js";
import { distinctLayers, shapeLayers } from "./suites/tfjs-layers.js";

testSuites([shapeLayers, distinctLayers], { executors: [javascript, wasm] });
