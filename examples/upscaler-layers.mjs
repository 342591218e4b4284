/**
 * The two layers of one's own that UpscalerJS' models have, for
 *
 *     npx unstride compile model.json --layer MultiplyBeta=examples/upscaler-layers.mjs --layer PixelShuffle=examples/upscaler-layers.mjs --shape LR=1x128x128x3
 *
 * A layer is a function of a call, { inputs, config, weight(name) }, and of the tools of graphs in code; its result is what the layer makes.
 */

/** x · beta: how much of a block's result is added to what went in. */
export const MultiplyBeta = ({ inputs: [x], config }, { multiply }) => multiply(x, config.beta ?? 0.2);

/** [N, H, W, scale² · C] → [N, scale · H, scale · W, C]: channels become blocks of pixels, as tf.depthToSpace does. */
export const PixelShuffle = ({ inputs: [x], config }, { reshape, transpose }) => {
  const [batch, height, width, channels] = x.type.shape;
  const { scale } = config;
  const kept = channels / scale ** 2;
  const blocks = transpose(reshape(x, [batch, height, width, scale, scale, kept]), [0, 1, 3, 2, 4, 5]);
  return reshape(blocks, [batch, height * scale, width * scale, kept]);
};
