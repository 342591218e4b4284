/** A layer as an ONNX model of one node: channels first, the filter a constant, padding spelled out as TensorFlow means it. */
import { outputShape } from "../layers.mjs";
import { permute } from "./permute.mjs";
import { bytesField, integerField, integersField, message, textField } from "./protobuf-writer.mjs";

const floatType = 1;
const integersKind = 7;
const integerKind = 2;

/** Filter axes in ONNX's order: `[out, in/groups, …]` of convolutions, `[in, out/groups, …]` of transposed ones. */
const filterAxes = { conv2d: [3, 2, 0, 1], depthwise_conv2d: [2, 3, 0, 1], conv2d_transpose: [3, 2, 0, 1] };

/** The bytes of the model: input `x`, output `y`. */
export function onnxLayerModel(layer, filter) {
  const axes = filterAxes[layer.op];
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

export function channelsFirst([batch, height, width, channels]) {
  return [batch, channels, height, width];
}

function node(layer) {
  const { op, input, filter, strides } = layer;
  return message(
    textField(1, "x"),
    textField(1, "w"),
    textField(2, "y"),
    textField(4, op === "conv2d_transpose" ? "ConvTranspose" : "Conv"),
    bytesField(5, integersAttribute("kernel_shape", filter.slice(0, 2))),
    bytesField(5, integersAttribute("strides", strides)),
    bytesField(5, integersAttribute("pads", explicitPadding(layer))),
    bytesField(5, groupAttribute(op === "depthwise_conv2d" ? input[3] : 1)),
  );
}

/** `[top, left, bottom, right]`; an odd one goes to the end. */
function explicitPadding(layer) {
  const { op, input, filter, strides } = layer;
  const output = outputShape(layer);
  const [wide, narrow] = op === "conv2d_transpose" ? [output, input] : [input, output];
  const totals = strides.map((stride, at) => Math.max((narrow[at + 1] - 1) * stride + filter[at] - wide[at + 1], 0));
  return [...totals.map((total) => Math.floor(total / 2)), ...totals.map((total) => Math.ceil(total / 2))];
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
