/** Every layer class that can be imported. */
import { activationLayers } from "./classes/activation-layers.js";
import { attentionLayers } from "./classes/attention.js";
import { convolutionLayers } from "./classes/convolution.js";
import { denseLayers } from "./classes/dense.js";
import { embeddingLayers } from "./classes/embedding.js";
import { mergingLayers } from "./classes/merging.js";
import { normalizationLayers } from "./classes/normalization.js";
import { passThroughLayers } from "./classes/pass-through.js";
import { poolingLayers } from "./classes/pooling.js";
import { preprocessingLayers } from "./classes/preprocessing.js";
import { recurrentLayers } from "./classes/recurrent.js";
import { shapeLayers } from "./classes/shapes.js";
import { transposedConvolutionLayers } from "./classes/transposed-convolution.js";
import { wrapperLayers } from "./classes/wrappers.js";
import type { LayerRow } from "./importing/layer.js";

/** Rows by what they are about, for the page of all classes. */
export const layerFamilies: Readonly<Record<string, readonly LayerRow[]>> = {
  Convolutions: [...convolutionLayers, ...transposedConvolutionLayers],
  Poolings: poolingLayers,
  "Products and tables": [...denseLayers, ...embeddingLayers],
  Attention: attentionLayers,
  Normalisations: normalizationLayers,
  Activations: activationLayers,
  "Of several inputs": mergingLayers,
  Shapes: shapeLayers,
  Recurrent: recurrentLayers,
  Wrappers: wrapperLayers,
  Preprocessing: preprocessingLayers,
  "Of training, or masks": passThroughLayers,
};

const rows: ReadonlyMap<string, LayerRow> = new Map(
  Object.values(layerFamilies).flatMap((family) => family.map((row) => [row.className, row] as const)),
);

/** The row of a class; undefined where there is none. */
export function findLayer(className: string): LayerRow | undefined {
  return rows.get(className);
}
