/** Op tests of onnxruntime-web: every case gives the expected outputs, or a row of the table of exclusions says why not. */
import { testSuites } from "../support/conformance/test-suites.js";
import { javascript, reference, wasm } from "../support/executors.js";
import { onnxruntimeWeb, onnxruntimeWebMicrosoft } from "./suites/onnxruntime-web.js";

testSuites([onnxruntimeWeb], { executors: [javascript, wasm, reference] });
testSuites([onnxruntimeWebMicrosoft], { executors: [javascript, wasm, reference] });
