/** Op tests of onnxruntime-web in the report. */
import { reportSuites } from "../../support/conformance/report-suites.js";
import { onnxruntimeWeb } from "../suites/onnxruntime-web.js";

reportSuites("onnxruntime-web", [onnxruntimeWeb]);
