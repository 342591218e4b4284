/** Kernels of TensorFlow.js in the report: all cases of those that tools say. */
import { reportSuites } from "../../support/conformance/report-suites.js";
import { tfjsSuite } from "../../support/tfjs-suite.js";
import { others, windows } from "../suites/tfjs-kernels.js";

reportSuites("tfjs-kernels", [tfjsSuite(windows), tfjsSuite(others)]);
