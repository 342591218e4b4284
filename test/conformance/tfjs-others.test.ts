/** Elementwise kernels, reductions and movement of TensorFlow.js' specs give the same from emitted modules. */
import { testTfjs } from "../support/tfjs-suite.js";
import { tfjsOthers } from "../support/tfjs-others.js";
import { excludedOthers } from "./tfjs-kernels.table.js";

testTfjs({
  name: "elementwise kernels, reductions and movement",
  calls: tfjsOthers,
  excluded: excludedOthers,
  most: 24,
});
