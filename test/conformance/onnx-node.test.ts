/**
 * The ONNX backend suite: every case either gives the expected outputs, or is refused for a reason in the tables of exclusions. An
 * exclusion that is not needed fails as well, so the tables say exactly what is missing.
 */
import { testSuites } from "../support/conformance/test-suites.js";
import { javascript, reference, relaxedWasm, wasm } from "../support/executors.js";
import { foldedOnnxSuites, onnxSuites } from "./suites/onnx.js";

testSuites(onnxSuites, { executors: [javascript, wasm, relaxedWasm, reference] });
testSuites(foldedOnnxSuites, { executors: [reference] });
