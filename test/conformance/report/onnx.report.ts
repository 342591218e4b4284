/** The ONNX backend suite in the report. */
import { reportSuites } from "../../support/conformance/report-suites.js";
import { onnxSuites } from "../suites/onnx.js";

reportSuites("onnx", onnxSuites);
