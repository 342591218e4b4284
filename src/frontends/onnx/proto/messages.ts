/**
 * The messages of onnx.proto (IR version 14) as they lie in the file: every field may be absent and nothing has been checked.
 * Fields that mean nothing to a compiler (documentation, device placement, training) are not read at all.
 * Source: https://github.com/onnx/onnx/blob/main/onnx/onnx-ml.proto
 */
import type { NumberList } from "./number-list.js";

export interface ModelProto {
  readonly irVersion?: bigint;
  readonly producerName?: string;
  readonly producerVersion?: string;
  readonly graph?: GraphProto;
  readonly opsetImport?: readonly OperatorSetIdProto[];
  readonly metadataProps?: readonly StringStringEntryProto[];
  readonly functions?: readonly FunctionProto[];
}

export interface OperatorSetIdProto {
  readonly domain?: string;
  readonly version?: bigint;
}

export interface StringStringEntryProto {
  readonly key?: string;
  readonly value?: string;
}

export interface GraphProto {
  readonly node?: readonly NodeProto[];
  readonly name?: string;
  readonly initializer?: readonly TensorProto[];
  readonly input?: readonly ValueInfoProto[];
  readonly output?: readonly ValueInfoProto[];
  readonly valueInfo?: readonly ValueInfoProto[];
  readonly sparseInitializer?: readonly SparseTensorProto[];
}

export interface NodeProto {
  readonly input?: readonly string[];
  readonly output?: readonly string[];
  readonly name?: string;
  readonly opType?: string;
  readonly attribute?: readonly AttributeProto[];
  readonly domain?: string;
  readonly overload?: string;
}

export interface FunctionProto {
  readonly name?: string;
  readonly input?: readonly string[];
  readonly output?: readonly string[];
  readonly attribute?: readonly string[];
  readonly node?: readonly NodeProto[];
  readonly opsetImport?: readonly OperatorSetIdProto[];
  readonly domain?: string;
  readonly attributeProto?: readonly AttributeProto[];
  readonly overload?: string;
}

export interface AttributeProto {
  readonly name?: string;
  readonly f?: number;
  readonly i?: bigint;
  readonly s?: Uint8Array;
  readonly t?: TensorProto;
  readonly g?: GraphProto;
  readonly floats?: NumberList<"float">;
  readonly ints?: NumberList<"int64">;
  readonly strings?: readonly Uint8Array[];
  readonly tensors?: readonly TensorProto[];
  readonly graphs?: readonly GraphProto[];
  readonly tp?: TypeProto;
  readonly typeProtos?: readonly TypeProto[];
  readonly type?: number;
  readonly refAttrName?: string;
  readonly sparseTensor?: SparseTensorProto;
  readonly sparseTensors?: readonly SparseTensorProto[];
}

export interface TensorProto {
  readonly dims?: NumberList<"int64">;
  readonly dataType?: number;
  readonly segment?: Uint8Array;
  readonly floatData?: NumberList<"float">;
  readonly int32Data?: NumberList<"int32">;
  readonly int64Data?: NumberList<"int64">;
  readonly name?: string;
  readonly rawData?: Uint8Array;
  readonly doubleData?: NumberList<"double">;
  readonly uint64Data?: NumberList<"uint64">;
  readonly externalData?: readonly StringStringEntryProto[];
  readonly dataLocation?: number;
}

export interface SparseTensorProto {
  readonly values?: TensorProto;
}

export interface ValueInfoProto {
  readonly name?: string;
  readonly type?: TypeProto;
}

export interface TypeProto {
  readonly tensorType?: TensorTypeProto;
  readonly sequenceType?: ElementProto;
  readonly mapType?: MapTypeProto;
  readonly opaqueType?: OpaqueTypeProto;
  readonly sparseTensorType?: TensorTypeProto;
  readonly optionalType?: ElementProto;
}

/** TypeProto.Tensor and TypeProto.SparseTensor. */
export interface TensorTypeProto {
  readonly elemType?: number;
  readonly shape?: TensorShapeProto;
}

/** TypeProto.Sequence and TypeProto.Optional. */
export interface ElementProto {
  readonly elemType?: TypeProto;
}

export interface MapTypeProto {
  readonly keyType?: number;
  readonly valueType?: TypeProto;
}

export interface OpaqueTypeProto {
  readonly domain?: string;
  readonly name?: string;
}

export interface TensorShapeProto {
  readonly dim?: readonly DimensionProto[];
}

/** TensorShapeProto.Dimension: a number, a symbol, or neither. */
export interface DimensionProto {
  readonly dimValue?: bigint;
  readonly dimParam?: string;
}
