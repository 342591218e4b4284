/** Layers of TensorFlow.js in the report. */
import { reportSuites } from "../../support/conformance/report-suites.js";
import { numericLayers, shapeLayers } from "../suites/tfjs-layers.js";

reportSuites("tfjs-layers", [numericLayers, shapeLayers]);
