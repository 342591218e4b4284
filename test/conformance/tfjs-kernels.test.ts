/** Windows, resizing and products of TensorFlow.js' specs give the same from emitted modules. */
import { testTfjs } from "../support/tfjs-suite.js";
import { tfjsWindows } from "../support/tfjs-windows.js";
import { excludedWindows } from "./tfjs-kernels.table.js";

testTfjs({ name: "windows, resizing and products", calls: tfjsWindows, excluded: excludedWindows });
