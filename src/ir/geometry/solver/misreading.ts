/**
 * Wrong output sizes of transposed convolutions that people really arrive at, and the slip behind each. A size that no
 * rule admits is compared with them, so that the answer can name the premise that is wrong.
 */
import { effectiveKernel, type Padding, type Window } from "../window.js";

/** What was computed, and with which parts. */
export interface MisreadingFacts {
  readonly input: number;
  readonly window: Window;
  readonly padding: Padding;
  readonly outputPadding: number;
}

interface Misreading {
  /** The size the slip leads to. */
  readonly size: (facts: MisreadingFacts) => number;
  readonly slip: (facts: MisreadingFacts) => string;
}

const misreadings: readonly Misreading[] = [
  {
    size: (facts) => full(facts),
    slip: () => "is the full result, with nothing cropped (what VALID or padding 0 gives)",
  },
  {
    size: ({ input, window }) => input * window.stride,
    slip: ({ input, window }) => `is input * stride = ${input} * ${window.stride}, which is SAME's size`,
  },
  {
    size: (facts) => right(facts) - reach(facts) + 1,
    slip: ({ window: { kernel, dilation } }) =>
      `leaves out dilation * (kernel - 1) = ${dilation} * (${kernel} - 1) = ${dilation * (kernel - 1)}`,
  },
  {
    size: (facts) => right(facts) + facts.outputPadding * (facts.window.stride - 1),
    slip: ({ outputPadding, window: { stride } }) =>
      `adds output padding to the input, which makes it output_padding * (stride - 1) = ${outputPadding} * (${stride} - 1) = ${outputPadding * (stride - 1)} too long`,
  },
  {
    size: (facts) => right(facts) + facts.padding[1],
    slip: ({ padding: [low, high] }) => `takes the padding off one end only, ${low} instead of ${low} + ${high}`,
  },
  {
    size: (facts) => right(facts) + 2 * (facts.padding[0] + facts.padding[1]),
    slip: () => "adds the padding to the output; a transposed convolution crops by it",
  },
  {
    size: (facts) => right(facts) - 2 * (reach(facts) - 1) + 2 * (facts.padding[0] + facts.padding[1]),
    slip: ({ padding }) =>
      `is what JAX gives for explicit padding ${padding.join(":")}: JAX pads the dilated input, so its padding is kernel - 1 - crop`,
  },
  {
    size: ({ input, window }) => (input - 1) * window.stride + 1,
    slip: () => "is only the input spread by the stride, without the kernel",
  },
];

/** The slip that leads to `found`; undefined where `found` is right or none is known. */
export function misreadingOf(found: number, facts: MisreadingFacts): string | undefined {
  if (found === right(facts)) return undefined;
  const fitting = misreadings.find(({ size }) => size(facts) === found);
  return fitting && `${found} ${fitting.slip(facts)}`;
}

function full(facts: MisreadingFacts): number {
  return (facts.input - 1) * facts.window.stride + reach(facts);
}

function right(facts: MisreadingFacts): number {
  return full(facts) - facts.padding[0] - facts.padding[1] + facts.outputPadding;
}

function reach({ window }: MisreadingFacts): number {
  return effectiveKernel(window.kernel, window.dilation);
}
