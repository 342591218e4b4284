/**
 * The field numbers of onnx.proto (IR version 14), message by message.
 * Source: https://github.com/onnx/onnx/blob/main/onnx/onnx-ml.proto
 */
import type * as proto from "./messages.js";
import { messageTable, type Table } from "./table.js";

export const modelProto: Table<proto.ModelProto> = messageTable("ModelProto", {
  1: { name: "irVersion", kind: "int64" },
  2: { name: "producerName", kind: "string" },
  3: { name: "producerVersion", kind: "string" },
  7: { name: "graph", kind: "message", message: () => graphProto },
  8: { name: "opsetImport", kind: "message", message: () => operatorSetIdProto, repeated: true },
  14: { name: "metadataProps", kind: "message", message: () => stringStringEntryProto, repeated: true },
  25: { name: "functions", kind: "message", message: () => functionProto, repeated: true },
});

const operatorSetIdProto: Table<proto.OperatorSetIdProto> = messageTable("OperatorSetIdProto", {
  1: { name: "domain", kind: "string" },
  2: { name: "version", kind: "int64" },
});

const stringStringEntryProto: Table<proto.StringStringEntryProto> = messageTable("StringStringEntryProto", {
  1: { name: "key", kind: "string" },
  2: { name: "value", kind: "string" },
});

const graphProto: Table<proto.GraphProto> = messageTable("GraphProto", {
  1: { name: "node", kind: "message", message: () => nodeProto, repeated: true },
  2: { name: "name", kind: "string" },
  5: { name: "initializer", kind: "message", message: () => tensorProto, repeated: true },
  11: { name: "input", kind: "message", message: () => valueInfoProto, repeated: true },
  12: { name: "output", kind: "message", message: () => valueInfoProto, repeated: true },
  13: { name: "valueInfo", kind: "message", message: () => valueInfoProto, repeated: true },
  15: { name: "sparseInitializer", kind: "message", message: () => sparseTensorProto, repeated: true },
});

const nodeProto: Table<proto.NodeProto> = messageTable("NodeProto", {
  1: { name: "input", kind: "string", repeated: true },
  2: { name: "output", kind: "string", repeated: true },
  3: { name: "name", kind: "string" },
  4: { name: "opType", kind: "string" },
  5: { name: "attribute", kind: "message", message: () => attributeProto, repeated: true },
  7: { name: "domain", kind: "string" },
  8: { name: "overload", kind: "string" },
});

const functionProto: Table<proto.FunctionProto> = messageTable("FunctionProto", {
  1: { name: "name", kind: "string" },
  4: { name: "input", kind: "string", repeated: true },
  5: { name: "output", kind: "string", repeated: true },
  6: { name: "attribute", kind: "string", repeated: true },
  7: { name: "node", kind: "message", message: () => nodeProto, repeated: true },
  9: { name: "opsetImport", kind: "message", message: () => operatorSetIdProto, repeated: true },
  10: { name: "domain", kind: "string" },
  11: { name: "attributeProto", kind: "message", message: () => attributeProto, repeated: true },
  13: { name: "overload", kind: "string" },
});

const attributeProto: Table<proto.AttributeProto> = messageTable("AttributeProto", {
  1: { name: "name", kind: "string" },
  2: { name: "f", kind: "float" },
  3: { name: "i", kind: "int64" },
  4: { name: "s", kind: "bytes" },
  5: { name: "t", kind: "message", message: () => tensorProto },
  6: { name: "g", kind: "message", message: () => graphProto },
  7: { name: "floats", kind: "float", repeated: true },
  8: { name: "ints", kind: "int64", repeated: true },
  9: { name: "strings", kind: "bytes", repeated: true },
  10: { name: "tensors", kind: "message", message: () => tensorProto, repeated: true },
  11: { name: "graphs", kind: "message", message: () => graphProto, repeated: true },
  14: { name: "tp", kind: "message", message: () => typeProto },
  15: { name: "typeProtos", kind: "message", message: () => typeProto, repeated: true },
  20: { name: "type", kind: "int32" },
  21: { name: "refAttrName", kind: "string" },
  22: { name: "sparseTensor", kind: "message", message: () => sparseTensorProto },
  23: { name: "sparseTensors", kind: "message", message: () => sparseTensorProto, repeated: true },
});

export const tensorProto: Table<proto.TensorProto> = messageTable("TensorProto", {
  1: { name: "dims", kind: "int64", repeated: true },
  2: { name: "dataType", kind: "int32" },
  3: { name: "segment", kind: "bytes" },
  4: { name: "floatData", kind: "float", repeated: true },
  5: { name: "int32Data", kind: "int32", repeated: true },
  7: { name: "int64Data", kind: "int64", repeated: true },
  8: { name: "name", kind: "string" },
  9: { name: "rawData", kind: "bytes" },
  10: { name: "doubleData", kind: "double", repeated: true },
  11: { name: "uint64Data", kind: "uint64", repeated: true },
  13: { name: "externalData", kind: "message", message: () => stringStringEntryProto, repeated: true },
  14: { name: "dataLocation", kind: "int32" },
});

const sparseTensorProto: Table<proto.SparseTensorProto> = messageTable("SparseTensorProto", {
  1: { name: "values", kind: "message", message: () => tensorProto },
});

const valueInfoProto: Table<proto.ValueInfoProto> = messageTable("ValueInfoProto", {
  1: { name: "name", kind: "string" },
  2: { name: "type", kind: "message", message: () => typeProto },
});

const typeProto: Table<proto.TypeProto> = messageTable("TypeProto", {
  1: { name: "tensorType", kind: "message", message: () => tensorTypeProto },
  4: { name: "sequenceType", kind: "message", message: () => elementProto },
  5: { name: "mapType", kind: "message", message: () => mapTypeProto },
  7: { name: "opaqueType", kind: "message", message: () => opaqueTypeProto },
  8: { name: "sparseTensorType", kind: "message", message: () => tensorTypeProto },
  9: { name: "optionalType", kind: "message", message: () => elementProto },
});

const tensorTypeProto: Table<proto.TensorTypeProto> = messageTable("TypeProto.Tensor", {
  1: { name: "elemType", kind: "int32" },
  2: { name: "shape", kind: "message", message: () => tensorShapeProto },
});

const elementProto: Table<proto.ElementProto> = messageTable("TypeProto.Sequence", {
  1: { name: "elemType", kind: "message", message: () => typeProto },
});

const mapTypeProto: Table<proto.MapTypeProto> = messageTable("TypeProto.Map", {
  1: { name: "keyType", kind: "int32" },
  2: { name: "valueType", kind: "message", message: () => typeProto },
});

const opaqueTypeProto: Table<proto.OpaqueTypeProto> = messageTable("TypeProto.Opaque", {
  1: { name: "domain", kind: "string" },
  2: { name: "name", kind: "string" },
});

const tensorShapeProto: Table<proto.TensorShapeProto> = messageTable("TensorShapeProto", {
  1: { name: "dim", kind: "message", message: () => dimensionProto, repeated: true },
});

const dimensionProto: Table<proto.DimensionProto> = messageTable("TensorShapeProto.Dimension", {
  1: { name: "dimValue", kind: "int64" },
  2: { name: "dimParam", kind: "string" },
});
