/** Layers that do something in training only, and the one that says which time steps count. */
import { algebra } from "../../../importing/algebra.js";
import { convert, reducedAlong, reshaped } from "../../../importing/compose.js";
import { anything, number } from "../importing/config-kinds.js";
import { layer, type LayerRow } from "../importing/layer.js";

const ofTraining = {
  rate: number(0),
  stddev: number(0),
  l1: number(0),
  l2: number(0),
  noise_shape: anything,
};

const classes = [
  "Dropout",
  "SpatialDropout1D",
  "SpatialDropout2D",
  "SpatialDropout3D",
  "GaussianNoise",
  "GaussianDropout",
  "AlphaDropout",
  "ActivityRegularization",
];

export const passThroughLayers: readonly LayerRow[] = [
  ...classes.map((name) => layer(name, { passesMask: true, config: ofTraining }, (_, __, x) => x)),
  /** Time steps whose elements all have the value do not count, and are zero. */
  layer("Masking", { config: { mask_value: number(0) } }, ({ tensors }, { mask_value }, x) => {
    const { notEqual, times } = algebra(tensors);
    const last = x.shape.length - 1;
    const counts = reducedAlong(tensors, notEqual(x, mask_value), "max", [last]);
    const value = times(x, convert(tensors, counts, "f32"));
    return [{ value, mask: reshaped(tensors, counts, x.shape.slice(0, -1)) }];
  }),
];
