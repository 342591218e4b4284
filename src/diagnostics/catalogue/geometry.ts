/** Errors of window arithmetic: sizes, pads and conventions that contradict one another. */
import { entries } from "./entry.js";

export const geometryErrors = entries({
  "geometry/output-shape": {
    title: "no transposed convolution of this input has that output size",
    remedy: "ask for one of the legal sizes, or change strides or padding",
  },
});
