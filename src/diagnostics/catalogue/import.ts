/** Errors of model files. */
import { entries } from "./entry.js";

export const importErrors = entries({
  "import/unsupported-operator": {
    title: "the model uses operators that unstride does not know",
    remedy:
      "cut the model before these nodes, or replace them by supported operators; `unstride inspect` lists them all",
  },
});
