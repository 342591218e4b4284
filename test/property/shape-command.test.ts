/** Whatever is typed, `unstride shape` answers or fails with an error of the catalogue, and in bounded time. */
import { CommanderError } from "commander";
import fc from "fast-check";
import { expect, test } from "vitest";
import { UnstrideError } from "../../src/diagnostics/error.js";
import { kerasConvTranspose } from "../../src/ir/geometry/conventions/keras.js";
import { onnxConvTranspose, onnxPool } from "../../src/ir/geometry/conventions/onnx.js";
import { pytorchConvTranspose, pytorchPool } from "../../src/ir/geometry/conventions/pytorch.js";
import { tensorflowConv } from "../../src/ir/geometry/conventions/tensorflow.js";
import type { ConvGeometry, Spatial } from "../../src/ir/geometry/spatial.js";
import { shapeData, shapeText } from "../support/shape-command.js";

const sizes = fc.constantFrom(
  "?",
  "1",
  "2",
  "3",
  "5",
  "7",
  "14",
  "28",
  "T",
  "2T",
  "T+1",
  "2147483647",
  "0",
  "-3",
  "1e9",
  "k",
  "n",
);
const list = (separator: string, most: number) =>
  fc.array(sizes, { minLength: 1, maxLength: most }).map((parts) => parts.join(separator));

const operation = fc.constantFrom(
  "conv1d",
  "conv2d",
  "Conv2D",
  "Conv2d",
  "Conv",
  "conv2d_transpose",
  "Conv2DTranspose",
  "ConvTranspose1d",
  "ConvTranspose2d",
  "ConvTranspose",
  "conv_transpose",
  "Deconvolution",
  "MaxPool",
  "MaxPooling2D",
  "avg_pool2d",
  "depthwise_conv2d",
  "conv3d_backprop_input",
  "conv2d_backprop_filter",
  "constructor",
);

const option = fc.oneof(
  fc.tuple(fc.constantFrom("--input", "--output", "--filter"), list("x", 5)),
  fc.tuple(fc.constantFrom("--kernel", "--strides", "--dilations", "--output-padding"), list(",", 3)),
  fc.tuple(fc.constantFrom("--filters", "--in-channels", "--groups"), sizes),
  fc.tuple(
    fc.constant("--padding"),
    fc.constantFrom(
      "SAME",
      "VALID",
      "SAME_LOWER",
      "NOTSET",
      "0",
      "1",
      "-1",
      "1:2",
      "1,2",
      "0:1,1:0",
      "9",
      "__proto__",
      "1:2:3",
      "",
    ),
  ),
  fc.tuple(fc.constant("--convention"), fc.constantFrom("tensorflow", "keras", "pytorch", "onnx", "jax", "caffe")),
  fc.tuple(fc.constant("--layout"), fc.constantFrom("NHWC", "NCHW", "NCL", "HW")),
  fc.tuple(fc.constant("--gradient"), fc.constantFrom("input", "filter", "all", "none")),
  fc.tuple(fc.constant("--weights"), fc.constantFrom("ones", "0..8", "1,2,3", "x")),
  fc.tuple(
    fc.constant("--then"),
    fc.constantFrom('"Conv2d --kernel 3"', '"MaxPool2d --kernel 2"', '"Conv2d --nothing"', '""'),
  ),
  fc.tuple(fc.constant("--or"), fc.constantFrom('"--strides 3"', '"Conv2d --kernel 2"', '"--kernel"')),
  fc.tuple(fc.constant("--repeat"), fc.constantFrom("1", "3", "1000", "1001", "-1")),
  fc.constant(["--mirror"]),
  fc.constant(["--ceil-mode"]),
  fc.constant(["--json"]),
);

/** One value for each option, as a person would type. */
const commandLine = fc
  .tuple(operation, fc.uniqueArray(option, { selector: ([name]) => name, maxLength: 9 }))
  .map(([name, options]) => [name, ...options.flat()].join(" "));

test("any command line is answered, or refused by an error of the catalogue", () => {
  fc.assert(
    fc.property(commandLine, (line) => {
      try {
        const answer = shapeText(line);
        expect(answer.replaceAll("possibly NaN", "")).not.toMatch(/undefined|NaN|Infinity|\[object/);
        expect(answer.length).toBeLessThan(4_000_000);
      } catch (error) {
        if (!(error instanceof UnstrideError) && !(error instanceof CommanderError)) throw error;
      }
    }),
    { numRuns: 1500 },
  );
});

/** Layers of one dimension whose command names its convention by the operation. */
const layers: readonly {
  readonly command: (pad: number) => string;
  readonly resolve: (layer: Spatial, pad: number) => ConvGeometry;
}[] = [
  { command: () => "conv1d --padding SAME", resolve: (layer) => tensorflowConv(layer, "SAME") },
  { command: () => "conv1d --padding VALID", resolve: (layer) => tensorflowConv(layer, "VALID") },
  { command: () => "Conv1DTranspose --padding same", resolve: (layer) => kerasConvTranspose(layer, "same", undefined) },
  {
    command: () => "Conv1DTranspose --padding valid",
    resolve: (layer) => kerasConvTranspose(layer, "valid", undefined),
  },
  {
    command: () => "Conv1DTranspose --padding valid --output-padding 0",
    resolve: (layer) => kerasConvTranspose(layer, "valid", [0]),
  },
  { command: (pad) => `ConvTranspose1d --padding ${pad}`, resolve: (layer, pad) => pytorchConvTranspose(layer, [pad]) },
  {
    command: () => "ConvTranspose --padding SAME_LOWER",
    resolve: (layer) => onnxConvTranspose(layer, { autoPad: "SAME_LOWER" }),
  },
  {
    command: (pad) => `ConvTranspose --padding ${pad},0`,
    resolve: (layer, pad) => onnxConvTranspose(layer, { autoPad: "NOTSET", pads: [pad, 0] }),
  },
  {
    command: (pad) => `MaxPool1d --ceil-mode --padding ${pad}`,
    resolve: (layer, pad) => pytorchPool(layer, [pad], true),
  },
  {
    command: () => "MaxPool --padding SAME_UPPER",
    resolve: (layer) => onnxPool(layer, { autoPad: "SAME_UPPER" }, false),
  },
];

test("the output that is printed is the one the convention resolves to", () => {
  const small = fc.integer({ min: 1, max: 6 });
  fc.assert(
    fc.property(
      fc.constantFrom(...layers),
      small,
      small,
      small,
      small,
      fc.nat(2),
      (layer, input, kernel, stride, dilation, pad) => {
        const spatial = { input: [input], kernel: [kernel], strides: [stride], dilations: [dilation] };
        const line = `${layer.command(pad)} --input 1x${input}x1 --layout NWC --kernel ${kernel} --strides ${stride} --dilations ${dilation}`;
        let expected: ConvGeometry;
        try {
          expected = layer.resolve(spatial, pad);
        } catch (error) {
          if (error instanceof UnstrideError) return;
          throw error;
        }
        const answer = shapeData(line) as {
          readonly output: readonly unknown[];
          readonly cases: readonly { dimensions: readonly unknown[] }[];
        };
        expect([line, answer.output[1]]).toEqual([line, expected.output[0]]);
        expect(answer.cases[0].dimensions[0]).toMatchObject({ padding: [expected.padding[0][0], expect.anything()] });
      },
    ),
    { numRuns: 1000 },
  );
});
