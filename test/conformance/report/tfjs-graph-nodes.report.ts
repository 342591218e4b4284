/** Kernels of TensorFlow.js in the report, as nodes of graph models. */
import { reportSuites } from "../../support/conformance/report-suites.js";
import { graphNodes } from "../suites/tfjs-graph-nodes.js";

reportSuites("tfjs-graph-nodes", [graphNodes]);
