/** Images and signals at other sizes, [N, spatial…, C], in the conventions of tf.image and Keras. */
import { fail } from "../../diagnostics/error.js";
import type { Value } from "../../ir/graph/graph.js";
import { resize } from "../../ir/ops/resize.js";
import type { Coordinates, Rounding } from "../../ir/ops/window/resize-coordinates.js";
import { checkOptions, perDimension, type PerDimension } from "./options.js";
import type { ToolBuilder } from "./tool-builder.js";
import { spatialRank } from "./windows.js";

export interface ResizeOptions {
  /** Default "bilinear", which is linear in as many dimensions as there are. */
  readonly method?: "bilinear" | "nearest";
}

export interface CornerOptions {
  /** Whether the corner pixels' centres lie on one another; default false. */
  readonly alignCorners?: boolean;
  /** Whether a pixel's centre is at one half, as in TensorFlow 2; default false. */
  readonly halfPixelCenters?: boolean;
}

export interface UpSamplingOptions {
  /** How many times larger; default 2. */
  readonly size?: PerDimension;
  /** Default "nearest", which repeats. */
  readonly interpolation?: "nearest" | "bilinear";
}

const cornerOptionNames = { alignCorners: true, halfPixelCenters: true } as const;

export function resizingTools(builder: ToolBuilder) {
  const sampled = (
    x: Value,
    size: PerDimension,
    mode: "nearest" | "linear",
    coordinates: Coordinates,
    rounding: Rounding,
  ) => {
    const shape = builder.shapeOf(x);
    const sizes = [shape[0], ...perDimension("size", size, spatialRank(shape)), shape[shape.length - 1]];
    return builder.one(resize, [x], { mode, sizes, coordinates, rounding });
  };
  const resizeTool = (x: Value, size: PerDimension, options: ResizeOptions = {}): Value => {
    checkOptions(options, { method: true });
    return methodOf("method", options.method ?? "bilinear") === "nearest"
      ? sampled(x, size, "nearest", "tf_half_pixel_for_nn", "floor")
      : sampled(x, size, "linear", "half_pixel", "floor");
  };
  return {
    /** tf.image.resize of TensorFlow 2, without antialiasing: pixel centres are at one half. `size` is the spatial sizes. */
    resize: resizeTool,
    /** tf.image.resizeBilinear: linear between neighbours; without options position o reads o · input / output. */
    resizeBilinear: (x: Value, size: PerDimension, options: CornerOptions = {}): Value =>
      sampled(x, size, "linear", coordinatesOf(options, "half_pixel"), "floor"),
    /** tf.image.resizeNearestNeighbor: the nearest element, of two equally near the later where corners are aligned. */
    resizeNearestNeighbor: (x: Value, size: PerDimension, options: CornerOptions = {}): Value => {
      const rounding = options.alignCorners === true ? "round_prefer_ceil" : "floor";
      return sampled(x, size, "nearest", coordinatesOf(options, "tf_half_pixel_for_nn"), rounding);
    },
    /** Keras' UpSampling1D, 2D and 3D: every element `size` times in each dimension, or bilinear between them. */
    upSampling: (x: Value, options: UpSamplingOptions = {}): Value => {
      checkOptions(options, { size: true, interpolation: true });
      const spatial = builder.shapeOf(x).slice(1, -1);
      const factors = perDimension("size", options.size ?? 2, spatialRank(builder.shapeOf(x)));
      const method = methodOf("interpolation", options.interpolation ?? "nearest");
      return resizeTool(
        x,
        spatial.map((size, d) => size * factors[d]),
        { method },
      );
    },
  };
}

function methodOf(option: string, method: "nearest" | "bilinear"): "nearest" | "bilinear" {
  if (method === "nearest" || method === "bilinear") return method;
  return fail("graph/option", { expected: `${option}: "nearest" or "bilinear"`, found: String(method) });
}

function coordinatesOf(options: CornerOptions, halfPixel: Coordinates): Coordinates {
  checkOptions(options, cornerOptionNames);
  const { alignCorners = false, halfPixelCenters = false } = options;
  if (alignCorners && halfPixelCenters) {
    fail("graph/option", { expected: "alignCorners or halfPixelCenters", found: "both" });
  }
  if (alignCorners) return "align_corners";
  return halfPixelCenters ? halfPixel : "asymmetric";
}
