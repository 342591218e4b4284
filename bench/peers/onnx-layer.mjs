/** A layer as an ONNX model of one node: channels first, the filter a constant, padding spelled out as TensorFlow means it. */
import { isDepthwise, isTransposed, outputShape, explicitPadding } from "../layers.mjs";
import { permute } from "./permute.mjs";
import { bytesField, integerField, integersField, message, textField } from "./protobuf-writer.mjs";

const floatType = 1;
const integersKind = 7;
const integerKind = 2;

/** Filter axes in ONNX's order: `[out, in/groups, …]` of convolutions, `[in, out/groups, …]` of transposed ones. */
function filterAxes(layer) {
  const rank = layer.strides.length;
  const channels = isDepthwise(layer) && !isTransposed(layer) ? [rank, rank + 1] : [rank + 1, rank];
  return [...channels, ...layer.strides.keys()];
}

/** The bytes of the model: input `x`, output `y`. */
export function onnxLayerModel(layer, filter) {
  const axes = filterAxes(layer);
  const weights = permute(filter, layer.filter, axes);
  const shape = axes.map((axis) => layer.filter[axis]);
  const graph = message(
    bytesField(1, node(layer)),
    textField(2, "layer"),
    bytesField(5, tensor("w", shape, weights)),
    bytesField(11, valueInfo("x", channelsFirst(layer.input))),
    bytesField(12, valueInfo("y", channelsFirst(outputShape(layer)))),
  );
  const opset = integerField(2, 17);
  return message(integerField(1, 8), bytesField(7, graph), bytesField(8, opset));
}

export function channelsFirst(shape) {
  return [shape[0], shape.at(-1), ...shape.slice(1, -1)];
}

function node(layer) {
  const { input, filter, strides } = layer;
  return message(
    textField(1, "x"),
    textField(1, "w"),
    textField(2, "y"),
    textField(4, isTransposed(layer) ? "ConvTranspose" : "Conv"),
    bytesField(5, integersAttribute("kernel_shape", filter.slice(0, -2))),
    bytesField(5, integersAttribute("strides", strides)),
    bytesField(5, integersAttribute("pads", pads(layer))),
    bytesField(5, groupAttribute(isDepthwise(layer) ? input.at(-1) : 1)),
  );
}

/** Lows, then highs. */
function pads(layer) {
  const { low, high } = explicitPadding(layer);
  return [...low, ...high];
}

function integersAttribute(name, values) {
  return message(textField(1, name), integersField(8, values), integerField(20, integersKind));
}

function groupAttribute(groups) {
  return message(textField(1, "group"), integerField(3, groups), integerField(20, integerKind));
}

function tensor(name, shape, values) {
  const raw = Buffer.from(values.buffer, values.byteOffset, values.byteLength);
  return message(integersField(1, shape), integerField(2, floatType), textField(8, name), bytesField(9, raw));
}

function valueInfo(name, shape) {
  const extents = shape.map((extent) => bytesField(1, integerField(1, extent)));
  const type = message(integerField(1, floatType), bytesField(2, message(...extents)));
  return message(textField(1, name), bytesField(2, bytesField(1, type)));
}
