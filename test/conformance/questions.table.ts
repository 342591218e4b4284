/**
 * Questions people asked about transposed convolutions, each as the one command that answers it and what the answer must
 * say. `asks` puts the question in a sentence for docs/questions.md; rows without it are tested but not shown there.
 */
export interface QuestionRow {
  readonly command: string;
  readonly says: readonly string[];
  readonly asks?: string;
}

export const questionRows: Readonly<Record<string, QuestionRow>> = {
  "tf2onnx-765": {
    asks: "TensorFlow stops at a layer that should take 40 to 80 (kernel 4, stride 2), saying that it computed 39. Which padding computes 39, and which is right?",
    command: "conv2d_transpose --input ?x40x40x? --output ?x80x80x? --kernel 4 --strides 2 --padding VALID",
    says: ["= 39, not 40", "82 or 83", "legal under SAME", "crop 1:1", "pads=[1, 1, 1, 1]"],
  },
  "tf-17654": {
    asks: "A 3x3 convolution with stride 2, SAME and the weights 0 to 8 gives 4 on a 1x1 image of ones and 8 on a 2x2 one. Is the 8 wrong?",
    command: 'conv2d --input 1x1x1x1 --kernel 3 --strides 2 --padding SAME --weights 0..8 --or "--input 1x2x2x1"',
    says: ["pads 1:1", "values       4", "pads 0:1", "values       8", "0 + 1 + 3 + 4"],
  },
  "onnx-2788": {
    asks: "ConvTranspose with SAME_UPPER, stride 1 and a 3x3 kernel made 4x4 out of 2x2. What should it have made?",
    command: "ConvTranspose --input 1x1x2x2 --filter 1x1x3x3 --strides 1 --padding SAME_UPPER --output 1x1x4x4",
    says: ["which gives [1, 1, 2, 2]", "crop 1:1", "4 is the full result, with nothing cropped"],
  },
  "keras-12951": {
    asks: "Four times a 3x3 Conv2D and a 2x2 pooling on 28x28: why does the fourth convolution fail?",
    command: 'Conv2D --input ?x28x28x1 --kernel 3 --then "MaxPooling2D --kernel 2" --repeat 4',
    says: [
      "28 -> 26 -> 13 -> 11 -> 5 -> 3 -> 1",
      "floor((1 - 3) / 1) + 1 = -1",
      "stops      at layer 7",
      "28 -> 28 -> 14 -> 14 -> 7 -> 7 -> 3 -> 3 -> 1",
    ],
  },
  "liteflownet-4": {
    asks: "A grouped up-convolution of two channels fails in TensorFlow: the input's depth is 2, the filter's 1. How are two groups done?",
    command: "conv2d_transpose --input ?x?x?x2 --filter 4x4x1x1 --groups 2",
    says: [
      "has no groups",
      "split the input into 2 of 1 channel",
      "[4, 4, 2, 2] that is block-diagonal",
      "= 2, but is 1",
    ],
  },
  "pt-88647": {
    asks: "conv_transpose2d of 2x2 with a 2x2 kernel, stride 2 and padding 2: an error on one device, an empty tensor on another. What is its size?",
    command: 'conv_transpose2d --input 1x1x2x2 --filter 1x1x2x2 --strides 2 --padding 2 --or "--padding 1"',
    says: ["- 2 - 2 + 0 = 0: nothing is left", "at most 1 from each end", "[1, 1, 2, 2]"],
  },
  "pix2pix-566": {
    asks: "A U-Net of eight stride-two convolutions and their transposes fails on 360x360 because a 4 meets a 5. Which sizes work?",
    command: "Conv2d --input 1x3x360x360 --kernel 4 --strides 2 --padding 1 --repeat 8 --mirror",
    says: [
      "360 -> 180 -> 90 -> 45 -> 22 -> 11 -> 5 -> 2 -> 1",
      "1 -> 2 -> 4: 4 meets the skip connection's 5",
      "multiples of 256, which 360 is not",
    ],
  },
  "pt-56328": {
    asks: "Why does PyTorch refuse output_padding 1 where the stride is 1?",
    command: "ConvTranspose1d --input 2x3x3 --filter 3x4x3 --strides 1 --output-padding 1",
    says: ["output_padding 1 must be below the stride 1, so only 0 is left: the legal output is 5", "[2, 4, 5]"],
  },
  "ef-keras-vs-tf-2x2": {
    asks: "With 2x2, kernel 3, stride 2 and VALID, Keras always gives 5x5, while tf.nn.conv2d_transpose takes 5x5 and 6x6. Why?",
    command: "Conv2DTranspose --input 1x2x2x1 --kernel 3 --filters 1 --strides 2 --padding valid",
    says: ["[1, 5, 5, 1]", "legal outputs of 2: 5 or 6", "None gives 5, 0 gives 5, 1 gives 6"],
  },
  "tflearn-1117": {
    asks: "Which stride takes 10x10 to 250x250 under SAME?",
    command: "conv2d_transpose --input ?x10x10x? --output ?x250x250x? --padding SAME",
    says: ["stride 25, 26 or 27", "stride 25 allows 226 to 250, an exact multiple"],
  },
  "pt-106450": {
    asks: "How does a ConvTranspose1d with kernel 4 and stride 1 keep the length L?",
    command: "ConvTranspose1d --input 1x1xL --output 1x1xL --kernel 4 --strides 1 --output-padding 1",
    says: ["only 0 is left", "never L", "padding 1 gives L + 1", "padding 2 gives L - 1", "SAME crops 1:2"],
  },
  "mxnet-2445": {
    command: "Deconvolution --input ?x?x12x12 --output ?x?x25x25 --kernel 2 --strides 2 --padding 0",
    says: ["= 25, with output_padding 1", "24 or 25", "the last position is reached by no tap"],
  },
  "keras-9883": {
    asks: "23x23 and 24x24 both become 12x12 (Conv2D, 3x3, stride 2, same), and Conv2DTranspose always returns 24x24. How is 23x23 had?",
    command: "Conv2DTranspose --input ?x12x12x16 --output ?x23x23x1 --kernel 3 --strides 2 --padding same",
    says: ["None gives 24, 0 gives 23, 1 gives 24", "23 takes output_padding=0", "23 or 24"],
  },
  "keras-13231": {
    asks: "46x62 should become 368x489 (16x16, stride 8, same), for which Keras seems to need the output_padding (8, 1) that it refuses. Is the size legal at all?",
    command:
      "Conv2DTranspose --input ?x46x62x? --output ?x368x489x? --kernel 16 --strides 8 --padding same --output-padding 8,1",
    says: [
      "output_padding 8 must be below the stride 8",
      "yes, [?, 368, 489, out] is legal under SAME",
      "legal outputs of 46: 361 to 368",
      "legal outputs of 62: 489 to 496",
      "None gives 368, 0 to 7 give 360 to 367",
      "crop 7:8",
      'padding="SAME", output_shape=[N, 368, 489, C]',
    ],
  },
  "so-67096544": {
    command: "ConvTranspose2d --input 1x1x3x3 --filter 1x1x3x3 --strides 2",
    says: ["legal outputs of 3: 7 or 8, with output_padding 0 or 1"],
  },
  "hifigan-12": {
    asks: "A vocoder that upsamples by 8, 5 and 5 (kernels 16, 10, 10, padding 4, 2, 2) should turn 32 frames into 6400 samples and does not. What does it make, and what mends it?",
    command:
      'ConvTranspose1d --input ?x512x32 --kernel 16 --strides 8 --padding 4 --then "ConvTranspose1d --kernel 10 --strides 5 --padding 2" --then "ConvTranspose1d --kernel 10 --strides 5 --padding 2" --output ?x?x6400',
    says: [
      "32 -> 256 -> 1281 -> 6406",
      "6406, not 6400: 6 too many",
      "padding 3 with output_padding 1, or kernel 11 and padding 3",
    ],
  },
  "gansinaction-1": {
    command: "Conv2DTranspose --output ?x28x28x1 --strides 2 --padding same",
    says: ["[?, 14, 14, in]", "ceil(28 / 2)"],
  },
  "tf-10190": {
    command: "Conv2DTranspose --input 16x3x64x64 --filters 512 --kernel 4 --strides 4 --padding valid --layout NCHW",
    says: ["[16, 512, 256, 256]", "256 to 259", "None gives 256", "[4, 4, 512, 3]"],
  },
  "pt-74593": {
    command: "ConvTranspose2d --input 20x16x50x100 --filter 16x33x3x5 --strides 2,1 --padding 4,2",
    says: [
      "[20, 33, 93, 100]",
      "(50 - 1) * 2 + 1 * (3 - 1) + 1 - 4 - 4 + 0 = 93",
      "(100 - 1) * 1 + 1 * (5 - 1) + 1 - 2 - 2 + 0 = 100",
    ],
  },
  "tf-17250": {
    asks: "What decides that tf.layers.conv2d_transpose turns 4x4x512 into 8x8x256: is the size always doubled?",
    command:
      'tf.layers.conv2d_transpose --input ?x4x4x512 --filters 256 --kernel 5 --strides 2 --or "--strides 1" --or "--strides 3"',
    says: ["[?, 8, 8, 256]", "[?, 11, 11, 256]", "4 * 1 = 4", "4 * 3 = 12"],
  },
  "tiny-43": {
    command: 'ConvTranspose --input 14x14 --kernel 4 --strides 2 --padding 1:2,1:2 --or "--padding 1"',
    says: ["- 1 - 2 + 0 = 27", "- 1 - 1 + 0 = 28", "= 30"],
  },
  "pt-172560": {
    asks: "By the documented formula I get 509 for 128, kernel 4, stride 4; PyTorch gives 512. Who is right?",
    command: "ConvTranspose2d --input 1x3x64x128 --filter 3x4x4x4 --strides 4 --padding 0 --output ?x?x253x509",
    says: [
      "which gives [1, 4, 256, 512]",
      "(128 - 1) * 4 + 1 * (4 - 1) + 1 - 0 - 0 + 0 = 512",
      "509 leaves out dilation * (kernel - 1) = 1 * (4 - 1) = 3",
    ],
  },
  "onnx2tf-56": {
    asks: "ConvTranspose2d with padding 1 on 224x224 for kernel and stride 3/3, 4/3 and 3/2: which sizes, and how does TensorFlow make them?",
    command:
      'ConvTranspose2d --input 1x3x224x224 --filters 64 --kernel 3 --strides 3 --padding 1 --or "--kernel 4 --strides 3" --or "--kernel 3 --strides 2"',
    says: [
      "[1, 64, 670, 670]",
      "[1, 64, 671, 671]",
      "[1, 64, 447, 447]",
      "crop 1:1 (low:high) of the full (224 - 1) * 3 + 3 = 672",
      "= 673",
      "= 449",
      'padding="SAME", output_shape=[N, 670, 670, C]',
      'padding="SAME", output_shape=[N, 447, 447, C]',
    ],
  },
  "jax-17618": {
    asks: "jax.lax.conv_transpose gives 512 with VALID and 506 with padding 0. Should they not be equal?",
    command:
      'jax.lax.conv_transpose --input 1x128x128x128 --kernel 4 --strides 4 --padding 0:0,0:0 --or "--padding VALID"',
    says: ["[1, 506, 506, out]", "[1, 512, 512, out]", "padding=[(3, 3), (3, 3)]", "JAX pads the dilated input"],
  },
  "mmdnn-735": {
    asks: "A Deconvolution (16 outputs, kernel 4, pad 1, stride 2) on 16x16 is converted to VALID on an input padded to 18, and fails. What is the right translation?",
    command:
      'Deconvolution --input 1x3x16x16 --filters 16 --kernel 4 --strides 2 --padding 1 --or "conv2d_transpose --input 1x18x18x3 --output 1x32x32x16 --padding VALID"',
    says: [
      "[1, 16, 32, 32]",
      "crop 1:1",
      "VALID allows 34 or 35",
      'padding="SAME", output_shape=[N, 32, 32, C]',
      "= 15, not 18",
      "38 or 39",
    ],
  },
  "openvino-32608": {
    command: "ConvTranspose --input 1x3x32x32 --strides 1 --padding SAME_UPPER --output ?x?x34x34",
    says: ["which gives [1, out, 32, 32]", "34 is the full result of kernel 3", "SAME crops 1:1"],
  },
  "coreai-57": {
    asks: "A converter pads the input to realise output_padding and gets 96 for length 10, kernel 16, stride 8, output_padding 1. How wrong is it?",
    command:
      "ConvTranspose1d --input 1x1x10 --filter 1x1x16 --strides 8 --padding 0 --output-padding 1 --output 1x1x96",
    says: ["which gives [1, 1, 89]", "96 adds output padding to the input", "= 7 too long"],
  },
  "tf-10520": {
    command: "Conv3DTranspose --input ?x5x5x5x1 --filters 20 --kernel 3",
    says: ["[?, 7, 7, 7, 20]", "(5 - 1) * 1 + 3 = 7"],
  },
  "tf-6369": {
    command: "conv3d_transpose --input 10x3x3x3x10 --output 10x6x6x6x8 --filter 4x4x4x8x10 --strides 1 --padding SAME",
    says: ["ceil(6 / 1) = 6, not 3", "legal outputs of 3: 3 only", "legal under VALID", "legal outputs of 3: 6 only"],
  },
  "tvm-9336": {
    command: "ConvTranspose2d --in-channels 10 --filters 30 --kernel 5 --groups 2",
    says: ["[10, 15, 5, 5]", "a convolution between the same channels takes [30, 5, 5, 5]"],
  },
  "diffwave-6": {
    asks: "How are two ConvTranspose2d layers set so that they stretch T by exactly 300 and leave the other axis alone?",
    command:
      'ConvTranspose2d --input 1x1x80xT --strides 1,15 --then "ConvTranspose2d --strides 1,20" --output 1x1x80x300T',
    says: [
      "kernel 3,30, strides 1,15, padding 1,8, output_padding 0,1",
      "kernel 3,40, strides 1,20, padding 1,10, output_padding 0,0",
      "T -> 15T -> 300T",
      "300T, as wanted",
    ],
  },
  "pt-2828": {
    command: "torch.nn.functional.conv3d --input 1x2x5x5x5 --filter 4x2x3x3x3 --groups 2",
    says: [
      "[4, 1, 3, 3, 3]",
      "[1, 4, 3, 3, 3]",
      "= 2 / 2 = 1, but is 2",
      "a transposed convolution between the same channels takes [2, 2, 3, 3, 3]",
    ],
  },
  "systemml-541": {
    command: "conv2d_backward_data --output NxCxHxW --input NxFxHoutxWout --kernel Hf,Wf",
    says: ["[C, F, Hf, Wf]", "[N, F, Hout, Wout]"],
  },
  "tf-48933": {
    asks: "A kernel of shape [64, 3, 3, 64] is refused on 56x56x64: its depth is said to be 3. What is wrong with it?",
    command: "conv2d --input 1x56x56x64 --filter 64x3x3x64 --padding SAME --strides 1",
    says: ["[3, 3, 64, 64]", "TensorFlow Lite's order of axes: transpose it with (1, 2, 3, 0)", "[1, 56, 56, 64]"],
  },
  "inpaint-64": {
    command: "conv_transpose2d --input 1x1024x32x32 --filter 128x1024x4x4 --strides 2 --padding 1",
    says: ["[1024, 128, 4, 4]", "[1, 128, 64, 64]", "transpose it with (1, 0, 2, 3)"],
  },
  "pix2pixhd-149": {
    asks: "Does ConvTranspose2d with kernel 3 and stride 2 make checkerboards, and does kernel 4?",
    command:
      'ConvTranspose2d --kernel 3 --strides 2 --padding 1 --output-padding 1 --or "--kernel 4 --output-padding 0"',
    says: [
      "outputs get 1, 2 contributions in turn (2-D: 1, 2, 2, 4): uneven",
      "every output gets 2 contributions per dimension, 4 in all",
    ],
  },
  "quiz-374": {
    command: "ConvTranspose2d --kernel 2 --strides 2",
    says: ["every output gets 1 contribution per dimension, 1 in all: even"],
  },
  "tf-2467": {
    command: "conv3d_backprop_input --output 1x3x3x3x5 --filter 3x3x3x2x5 --strides 2 --padding SAME",
    says: ["[1, 5 or 6, 5 or 6, 5 or 6, 2]", "the input's values do not matter"],
  },
  "crossval-pad-backprop": {
    asks: "4x4, kernel 2, padding 2 and stride 1 give 7x7. With which padding and stride does the backward convolution return to 4x4?",
    command: "conv2d --input 4x4 --kernel 2 --padding 2 --strides 1 --gradient input",
    says: [
      "full size (7 - 1) * 1 + 2 = 8, cropped by the forward padding 2:2",
      "stride 1",
      "padding k - 1 - p = -1:-1",
    ],
  },
  "swift-332": {
    asks: "Of a transposed convolution with input [1, 32, 32, 64] and filter [4, 4, 32, 64], which gradient has which shape?",
    command: "conv2d_transpose --input 1x32x32x64 --filter 4x4x32x64 --strides 2 --padding SAME --gradient",
    says: ["d input      [1, 32, 32, 64]", "d filter     [4, 4, 32, 64]"],
  },
};
