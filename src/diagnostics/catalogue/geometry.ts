/** Errors of window arithmetic: sizes, pads and conventions that contradict one another. */
import { entries } from "./entry.js";

export const geometryErrors = entries({
  "geometry/size": {
    title: "a size, kernel, stride, dilation or padding is not a whole number in range",
    remedy:
      "sizes, kernels, strides and dilations are whole numbers from 1, output padding from 0, all below 2147483648",
  },
  "geometry/overflow": {
    title: "a computed size is too large to be exact",
    remedy: "use smaller sizes, strides or dilations",
  },
  "geometry/rank": {
    title: "the parts of a window operation disagree about the number of spatial dimensions",
    remedy: "give one number for each spatial dimension",
  },
  "geometry/window": {
    title: "the window does not fit into the padded input, so there is no output",
    remedy: "use SAME or larger padding, a smaller kernel or dilation, or a larger input",
  },
  "geometry/crop": {
    title: "the padding of the transposed convolution crops everything away",
    remedy: "padding is cut from the full result, (input - 1) * stride + dilation * (kernel - 1) + 1: use less of it",
  },
  "geometry/output-shape": {
    title: "no transposed convolution of this input has that output size",
    remedy: "ask for one of the legal sizes, or change strides or padding",
  },
  "geometry/output-padding": {
    title: "output padding must be smaller than the stride or the dilation",
    remedy:
      "output padding only chooses among the sizes that a forward convolution maps to this input; see the legal sizes",
  },
  "geometry/convention": {
    title: "the convention has no such padding",
    remedy: "give explicit padding, or ask in another convention",
  },
  "geometry/underdetermined": {
    title: "too little is known to compute values",
    remedy: "give the input's sizes, the kernel and the strides in numbers",
  },
});
