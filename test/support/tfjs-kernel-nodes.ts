/**
 * Kernels of TensorFlow.js as nodes of graph models: which operator a kernel is, what of its attributes stays one, and what becomes an
 * operand that is known. A kernel's numbers of `pad` and its `dimRoundingMode` become explicit paddings.
 */

import { tensor } from "../../src/ir/types/tensor.js";
import {
  elementType,
  flag,
  float,
  GraphModelWriter,
  integer,
  text,
  texts,
  type Attributes,
} from "./graph-model-writer.js";
import type { TfjsAttributes, TfjsCase } from "./tfjs-cases.js";
import { convolutionAttributes, poolAttributes } from "./tfjs-window-attributes.js";

/** Names of the case's operands in the model, by their names in the kernel. */
type Operands = Readonly<Record<string, string>>;

/** Adds the case's nodes, whose names begin with `name`; gives the results in order. */
export type KernelNodes = (
  writer: GraphModelWriter,
  name: string,
  operands: Operands,
  given: TfjsCase,
) => readonly string[];

/** An operator of the operands as they are named. */
function plain(op: string, ...names: readonly string[]): KernelNodes {
  return (writer, name, operands) => [
    writer.node(
      name,
      op,
      names.map((each) => operands[each]),
    ),
  ];
}

const unary = (op: string): KernelNodes => plain(op, "x");
const binary = (op: string): KernelNodes => plain(op, "a", "b");

/** With attributes of the node from those of the kernel. */
function withAttributes(
  op: string,
  names: readonly string[],
  attributes: (given: TfjsAttributes) => Attributes,
): KernelNodes {
  return (writer, name, operands, { attributes: given }) => [
    writer.node(
      name,
      op,
      names.map((each) => operands[each]),
      attributes(given),
    ),
  ];
}

type Known = number | readonly number[];

/** With known operands of whole numbers after the others. */
function withKnown(
  op: string,
  names: readonly string[],
  known: (given: TfjsAttributes, shapes: Readonly<Record<string, readonly number[]>>) => readonly Known[],
  attributes: (given: TfjsAttributes) => Attributes = () => ({}),
): KernelNodes {
  return (writer, name, operands, { attributes: given, inputs }) => {
    const shapes = Object.fromEntries(Object.entries(inputs).map(([each, { shape }]) => [each, shape]));
    const constants = known(given, shapes).map((values, i) => writer.numbers(`${name}_${i}`, values));
    return [writer.node(name, op, [...names.map((each) => operands[each]), ...constants], attributes(given))];
  };
}

function pairs(list: unknown): readonly number[] {
  return (list as readonly (readonly number[])[]).flat();
}

function axesOf(axis: unknown, rank: number): readonly number[] {
  return axis === null || axis === undefined ? Array.from({ length: rank }, (_, d) => d) : [axis as number].flat();
}

function reduction(op: string): KernelNodes {
  return withKnown(
    op,
    ["x"],
    ({ axis, reductionIndices }, { x }) => [axesOf(axis ?? reductionIndices, x.length)],
    ({ keepDims }) => ({ keep_dims: flag(keepDims === true) }),
  );
}

function pairsMatrix(writer: GraphModelWriter, name: string, list: unknown): string {
  const flat = pairs(list);
  return writer.numbers(name, flat, [flat.length / 2, 2]);
}

function numbered({ inputs }: TfjsCase, operands: Operands): readonly string[] {
  return Array.from({ length: Object.keys(inputs).length }, (_, i) => operands[i]);
}

const fusedNames: Readonly<Record<string, string>> = {
  relu: "Relu",
  relu6: "Relu6",
  elu: "Elu",
  sigmoid: "Sigmoid",
  prelu: "Prelu",
  leakyrelu: "LeakyRelu",
};

/** Operands after the first two, and the list of what is fused. */
function fused(op: string, first: readonly string[], attributes: (given: TfjsCase) => Attributes): KernelNodes {
  return (writer, name, operands, given) => {
    const { activation = "linear", leakyreluAlpha = 0.2 } = given.attributes as Record<string, never>;
    const extra = ["bias", "preluActivationWeights"].flatMap((each) => operands[each] ?? []);
    const fusedOps = [
      ...(operands["bias"] === undefined ? [] : ["BiasAdd"]),
      ...(fusedNames[activation] ? [fusedNames[activation]] : []),
    ];
    return [
      writer.node(name, op, [...first.map((each) => operands[each]), ...extra], {
        ...attributes(given),
        fused_ops: texts(fusedOps),
        num_args: integer(extra.length),
        leakyrelu_alpha: float(leakyreluAlpha),
      }),
    ];
  };
}

const windows =
  (op: string, ...names: readonly string[]): KernelNodes =>
  (writer, name, operands, given) => [
    writer.node(
      name,
      op,
      names.map((each) => operands[each]),
      convolutionAttributes(given),
    ),
  ];

const pooling =
  (op: string): KernelNodes =>
  (writer, name, operands, given) => [writer.node(name, op, [operands["x"]], poolAttributes(given))];

function backprop(op: string): KernelNodes {
  return (writer, name, operands, given) => {
    const sizes = writer.numbers(`${name}_sizes`, given.attributes["inputShape"] as number[]);
    return [writer.node(name, op, [sizes, operands["filter"], operands["dy"]], convolutionAttributes(given))];
  };
}

const resizing = (op: string): KernelNodes =>
  withKnown(
    op,
    ["images"],
    ({ size }) => [size as number[]],
    ({ alignCorners, halfPixelCenters }) => ({
      align_corners: flag(alignCorners === true),
      half_pixel_centers: flag(halfPixelCenters === true),
    }),
  );

const dtypes: Readonly<Record<string, string>> = { float32: "DT_FLOAT", int32: "DT_INT32", bool: "DT_BOOL" };
const elementTypes = { float32: "f32", int32: "i32", bool: "bool" } as const;

function several(name: string, count: number): readonly string[] {
  return Array.from({ length: count }, (_, i) => (i === 0 ? name : `${name}:${i}`));
}

const same: Readonly<Record<string, string>> = Object.fromEntries(
  [
    ...["Abs", "Acos", "Acosh", "Asin", "Asinh", "Atan", "Atanh", "Ceil", "Cos", "Cosh", "Elu", "Erf", "Exp", "Expm1"],
    ...["Floor", "Identity", "IsInf", "IsNan", "Log", "Log1p", "LogicalNot", "Neg", "OnesLike", "Reciprocal", "Relu"],
    ...["Relu6", "Round", "Rsqrt", "Selu", "Sigmoid", "Sign", "Sin", "Sinh", "Softplus", "Sqrt", "Square", "Tan"],
    ...["Tanh", "ZerosLike"],
  ].map((name) => [name, name]),
);

const pairsOfOperands: Readonly<Record<string, string>> = {
  Add: "AddV2",
  Multiply: "Mul",
  ...Object.fromEntries(
    [
      ...["Atan2", "BitwiseAnd", "Equal", "FloorDiv", "Greater", "GreaterEqual", "Less", "LessEqual", "LogicalAnd"],
      ...["LogicalOr", "Maximum", "Minimum", "Mod", "NotEqual", "Pow", "RealDiv", "SquaredDifference", "Sub"],
    ].map((name) => [name, name]),
  ),
};

/** One entry for each kernel that is a node of a graph model. */
export const kernelNodes: Readonly<Record<string, KernelNodes>> = {
  ...Object.fromEntries(Object.entries(same).map(([kernel, op]) => [kernel, unary(op)])),
  ...Object.fromEntries(Object.entries(pairsOfOperands).map(([kernel, op]) => [kernel, binary(op)])),
  AddN: (writer, name, operands, given) => [writer.node(name, "AddN", numbered(given, operands))],
  Prelu: plain("Prelu", "x", "alpha"),
  LeakyRelu: withAttributes("LeakyRelu", ["x"], ({ alpha }) => ({ alpha: float(alpha as number) })),
  ClipByValue: (writer, name, { x }, { attributes: { clipValueMin, clipValueMax } }) => {
    const bounds = [clipValueMin, clipValueMax].map((value, i) =>
      writer.constant(`${name}_${i}`, tensor("f32", [], [value as number])),
    );
    return [writer.node(name, "ClipByValue", [x, ...bounds])];
  },
  Cast: withAttributes("Cast", ["x"], ({ dtype }) => ({ DstT: elementType(dtypes[dtype as string]) })),
  Select: (writer, name, { condition, t, e }, { inputs }) => {
    const isRow = inputs["condition"].shape.length < inputs["t"].shape.length;
    return [writer.node(name, isRow ? "Select" : "SelectV2", [condition, t, e])];
  },
  ...Object.fromEntries(
    ["Sum", "Mean", "Max", "Min", "Prod", "All", "Any"].map((kernel) => [kernel, reduction(kernel)]),
  ),
  ArgMax: withKnown("ArgMax", ["x"], ({ axis }) => [axis as number]),
  ArgMin: withKnown("ArgMin", ["x"], ({ axis }) => [axis as number]),
  Cumsum: running("Cumsum"),
  Cumprod: running("Cumprod"),
  TopK: (writer, name, { x }, { attributes: { k, sorted } }) => {
    const count = writer.numbers(`${name}_k`, k as number);
    writer.node(name, "TopKV2", [x, count], { sorted: flag(sorted === true) });
    return several(name, 2);
  },
  Bincount: (writer, name, { x, weights }, { attributes: { size } }) => [
    writer.node(name, "Bincount", [x, writer.numbers(`${name}_size`, size as number), weights]),
  ],
  DenseBincount: (writer, name, { x, weights }, { attributes: { size, binaryOutput } }) => {
    const count = writer.numbers(`${name}_size`, size as number);
    return [writer.node(name, "DenseBincount", [x, count, weights], { binary_output: flag(binaryOutput === true) })];
  },
  Softmax: plain("Softmax", "logits"),
  FusedBatchNorm: (writer, name, operands, { inputs, attributes: { varianceEpsilon } }) => {
    const { x, mean, variance } = operands;
    const shape = inputs["mean"].shape;
    const filled = (value: number) =>
      tensor("f32", shape, new Array<number>(shape.reduce((a, b) => a * b, 1)).fill(value));
    const scale = operands["scale"] ?? writer.constant(`${name}_scale`, filled(1));
    const offset = operands["offset"] ?? writer.constant(`${name}_offset`, filled(0));
    const attr = { epsilon: float(varianceEpsilon as number), is_training: flag(false) };
    return [writer.node(name, "FusedBatchNormV3", [x, scale, offset, mean, variance], attr)];
  },
  Conv2D: windows("Conv2D", "x", "filter"),
  Conv3D: windows("Conv3D", "x", "filter"),
  DepthwiseConv2dNative: windows("DepthwiseConv2dNative", "x", "filter"),
  FusedConv2D: fused("_FusedConv2D", ["x", "filter"], convolutionAttributes),
  FusedDepthwiseConv2D: fused("FusedDepthwiseConv2dNative", ["x", "filter"], convolutionAttributes),
  Conv2DBackpropInput: backprop("Conv2DBackpropInput"),
  Conv3DBackpropInputV2: backprop("Conv3DBackpropInputV2"),
  DepthwiseConv2dNativeBackpropInput: backprop("DepthwiseConv2dNativeBackpropInput"),
  MaxPool: pooling("MaxPool"),
  MaxPool3D: pooling("MaxPool3D"),
  AvgPool: pooling("AvgPool"),
  AvgPool3D: pooling("AvgPool3D"),
  MaxPoolWithArgmax: (writer, name, { x }, given) => {
    const attr = poolAttributes(given);
    const batch = flag(given.attributes["includeBatchInIndex"] === true);
    writer.node(name, "MaxPoolWithArgmax", [x], { ...attr, include_batch_in_index: batch });
    return several(name, 2);
  },
  BatchMatMul: withAttributes("BatchMatMulV2", ["a", "b"], ({ transposeA, transposeB }) => ({
    adj_x: flag(transposeA === true),
    adj_y: flag(transposeB === true),
  })),
  _FusedMatMul: fused("_FusedMatMul", ["a", "b"], ({ attributes: { transposeA, transposeB } }) => ({
    transpose_a: flag(transposeA === true),
    transpose_b: flag(transposeB === true),
  })),
  ResizeBilinear: resizing("ResizeBilinear"),
  ResizeNearestNeighbor: resizing("ResizeNearestNeighbor"),
  Concat: (writer, name, operands, given) => {
    const axis = writer.numbers(`${name}_axis`, given.attributes["axis"] as number);
    return [writer.node(name, "ConcatV2", [...numbered(given, operands), axis])];
  },
  Pack: (writer, name, operands, given) => [
    writer.node(name, "Pack", numbered(given, operands), { axis: integer(given.attributes["axis"] as number) }),
  ],
  Unpack: (writer, name, { value }, { attributes: { axis }, outputs }) => {
    writer.node(name, "Unpack", [value], { axis: integer(axis as number), num: integer(outputs.length) });
    return several(name, outputs.length);
  },
  SplitV: (writer, name, { x }, { attributes: { numOrSizeSplits: splits, axis }, outputs }) => {
    const at = writer.numbers(`${name}_axis`, axis as number);
    if (typeof splits === "number") writer.node(name, "Split", [at, x], { num_split: integer(splits) });
    else writer.node(name, "SplitV", [x, writer.numbers(`${name}_sizes`, splits as number[]), at]);
    return several(name, outputs.length);
  },
  Slice: withKnown("Slice", ["x"], ({ begin, size }, { x }) => {
    const starts = [begin as number].flat();
    const sizes = size === undefined || size === null ? [] : [size as number].flat();
    return [x.map((_, d) => starts[d] ?? 0), x.map((_, d) => sizes[d] ?? -1)];
  }),
  StridedSlice: withKnown(
    "StridedSlice",
    ["x"],
    ({ begin, end, strides }) => [begin, end, strides] as readonly number[][],
    ({ beginMask, endMask, ellipsisMask, newAxisMask, shrinkAxisMask }) => ({
      begin_mask: integer(beginMask as number),
      end_mask: integer(endMask as number),
      ellipsis_mask: integer(ellipsisMask as number),
      new_axis_mask: integer(newAxisMask as number),
      shrink_axis_mask: integer(shrinkAxisMask as number),
    }),
  ),
  Reverse: withKnown("ReverseV2", ["x"], ({ dims }, { x }) => [axesOf(dims, x.length)]),
  Transpose: withKnown("Transpose", ["x"], ({ perm }) => [perm as number[]]),
  Reshape: withKnown("Reshape", ["x"], ({ shape }) => [shape as number[]]),
  ExpandDims: withKnown("ExpandDims", ["input"], ({ dim }) => [dim as number]),
  Tile: withKnown("Tile", ["x"], ({ reps }) => [reps as number[]]),
  // The one infinite value is lost in JSON.
  PadV2: (writer, name, { x }, { attributes: { paddings, constantValue } }) => {
    const value = writer.constant(`${name}_value`, tensor("f32", [], [Number(constantValue ?? -Infinity)]));
    return [writer.node(name, "PadV2", [x, pairsMatrix(writer, `${name}_pads`, paddings), value])];
  },
  MirrorPad: (writer, name, { x }, { attributes: { paddings, mode } }) => [
    writer.node(name, "MirrorPad", [x, pairsMatrix(writer, `${name}_pads`, paddings)], {
      mode: text(String(mode).toUpperCase()),
    }),
  ],
  SpaceToBatchND: blocks("SpaceToBatchND", "paddings"),
  BatchToSpaceND: blocks("BatchToSpaceND", "crops"),
  GatherV2: withKnown(
    "GatherV2",
    ["x", "indices"],
    ({ axis }) => [axis as number],
    ({ batchDims }) => ({ batch_dims: integer((batchDims as number | undefined) ?? 0) }),
  ),
  GatherNd: plain("GatherNd", "params", "indices"),
  ScatterNd: withKnown("ScatterNd", ["indices", "updates"], ({ shape }) => [shape as number[]]),
  TensorScatterUpdate: plain("TensorScatterUpdate", "tensor", "indices", "updates"),
  SparseToDense: (writer, name, { sparseIndices, sparseValues, defaultValue }, { attributes: { outputShape } }) => [
    writer.node(name, "SparseToDense", [
      sparseIndices,
      writer.numbers(`${name}_shape`, outputShape as number[]),
      sparseValues,
      defaultValue,
    ]),
  ],
  UnsortedSegmentSum: withKnown("UnsortedSegmentSum", ["x", "segmentIds"], ({ numSegments }) => [
    numSegments as number,
  ]),
  SearchSorted: (writer, name, { sortedSequence, values }, { attributes: { side } }) => [
    writer.node(name, side === "left" ? "LowerBound" : "UpperBound", [sortedSequence, values]),
  ],
  OneHot: (writer, name, { indices }, { attributes: { depth, onValue, offValue, dtype } }) => {
    const type = elementTypes[(dtype ?? "float32") as keyof typeof elementTypes];
    const values = [onValue, offValue].map((value, i) =>
      writer.constant(`${name}_${i}`, tensor(type, [], [Number(value)])),
    );
    return [writer.node(name, "OneHot", [indices, writer.numbers(`${name}_depth`, depth as number), ...values])];
  },
  Fill: (writer, name, _, { attributes: { shape, value }, outputs: [{ elementType: type }] }) => {
    const filled = writer.constant(`${name}_value`, tensor(type, [], [readNumber(value)]));
    return [writer.node(name, "Fill", [writer.numbers(`${name}_shape`, shape as number[]), filled])];
  },
  Range: (writer, name, _, { attributes: { start, stop, step }, outputs: [{ elementType: type }] }) => {
    const bounds = [start, stop, step].map((value, i) =>
      writer.constant(`${name}_${i}`, tensor(type, [], [value as number])),
    );
    return [writer.node(name, "Range", bounds)];
  },
  LinSpace: (writer, name, _, { attributes: { start, stop, num } }) => {
    const ends = [start, stop].map((value, i) => writer.constant(`${name}_${i}`, tensor("f32", [], [value as number])));
    return [writer.node(name, "LinSpace", [...ends, writer.numbers(`${name}_num`, num as number)])];
  },
  BroadcastArgs: plain("BroadcastArgs", "s0", "s1"),
  CropAndResize: (writer, name, { image, boxes, boxInd }, { attributes }) => {
    const size = writer.numbers(`${name}_size`, attributes["cropSize"] as number[]);
    return [
      writer.node(name, "CropAndResize", [image, boxes, boxInd, size], {
        method: text(attributes["method"] as string),
        extrapolation_value: float(attributes["extrapolationValue"] as number),
      }),
    ];
  },
  Transform: (writer, name, { image, transforms }, { attributes, inputs }) => {
    const { interpolation, fillMode, fillValue, outputShape } = attributes;
    const size = writer.numbers(`${name}_size`, (outputShape ?? inputs["image"].shape.slice(1, 3)) as number[]);
    const fill = writer.constant(`${name}_fill`, tensor("f32", [], [fillValue as number]));
    return [
      writer.node(name, "ImageProjectiveTransformV3", [image, transforms, size, fill], {
        interpolation: text((interpolation as string).toUpperCase()),
        fill_mode: text((fillMode as string).toUpperCase()),
      }),
    ];
  },
  Einsum: (writer, name, operands, given) => [
    writer.node(name, "Einsum", numbered(given, operands), { equation: text(given.attributes["equation"] as string) }),
  ],
  Unique: (writer, name, { x }, { attributes: { axis } }) => {
    writer.node(name, "UniqueV2", [x, writer.numbers(`${name}_axis`, [axis as number])]);
    return several(name, 2);
  },
};

const unwritable: Readonly<Record<string, number>> = { NaN, Inf: Infinity, "-Inf": -Infinity };

function readNumber(value: unknown): number {
  if (value === null) return NaN;
  return typeof value === "string" ? (unwritable[value] ?? Number(value)) : Number(value);
}

function running(op: string): KernelNodes {
  return withKnown(
    op,
    ["x"],
    ({ axis }) => [axis as number],
    ({ exclusive, reverse }) => ({ exclusive: flag(exclusive === true), reverse: flag(reverse === true) }),
  );
}

function blocks(op: string, ends: "paddings" | "crops"): KernelNodes {
  return (writer, name, { x }, { attributes: { blockShape, ...given } }) => [
    writer.node(name, op, [
      x,
      writer.numbers(`${name}_block`, blockShape as number[]),
      pairsMatrix(writer, `${name}_${ends}`, given[ends]),
    ]),
  ];
}

/** Operands of these names are known in every graph there is: what they say decides shapes. */
export const knownOperands: Readonly<Record<string, readonly string[]>> = {
  BroadcastArgs: ["s0", "s1"],
  Unique: ["x"],
};
