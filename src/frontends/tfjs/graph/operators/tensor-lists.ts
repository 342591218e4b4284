/**
 * Lists of tensors, with which recurrent layers keep what their turns read and write: TensorFlow 2's lists, and TensorFlow 1's arrays,
 * whose contents go the way of their flow. Loops are unrolled, so that every index is known and a list is a matter of importing alone:
 * its value is a number nobody reads, and its elements stand beside.
 */
import { broadcastTo, reshaped } from "../../../importing/compose.js";
import { numberOf, numbersOf, operand, refuse } from "../../../importing/node-questions.js";
import { knownOperand, type Operand } from "../../../importing/operand.js";
import type { ElementType } from "../../../../ir/types/element-type.js";
import { formatShape, isValidShape } from "../../../../ir/types/shape.js";
import { flag, ignored, integer, optionalElementType } from "../importing/attribute-kinds.js";
import type { GraphContext } from "../importing/node-context.js";
import { graphOperator, type GraphOperatorRow } from "../importing/operator.js";
import { joined, partsAlong } from "./movement.js";

interface TensorList {
  readonly elements: readonly (Operand | undefined)[];
  readonly elementType: ElementType;
  /** Sizes of an element, −1 for those that are not known; undefined where not even their number is. */
  readonly elementShape: readonly number[] | undefined;
}

const lists = new WeakMap<Operand, TensorList>();

const dtype = { element_dtype: optionalElementType };
const array = { dtype: optionalElementType, element_shape: ignored };

export const tensorListOperators: readonly GraphOperatorRow[] = [
  graphOperator("TensorListReserve", { operands: [2, 2], attributes: dtype }, (context, { element_dtype = "f32" }) =>
    reserved(context, numberOf(context, 1, "the number of elements"), element_dtype, shapeOf(context, 0)),
  ),
  graphOperator("EmptyTensorList", { operands: [2, 2], attributes: dtype }, (context, { element_dtype = "f32" }) =>
    reserved(context, 0, element_dtype, shapeOf(context, 0)),
  ),
  graphOperator("TensorListFromTensor", { operands: [2, 2], attributes: dtype }, (context) => {
    const x = operand(context, 0);
    return handle(context, { elements: rows(context, x), elementType: x.elementType, elementShape: x.shape.slice(1) });
  }),
  graphOperator("TensorListGetItem", { operands: [3, 3], attributes: dtype }, (context) =>
    item(context, listOf(context, 0), numberOf(context, 1, "the index")),
  ),
  graphOperator(
    "TensorListSetItem",
    { operands: [3, 3], attributes: { ...dtype, resize_if_index_out_of_bounds: flag(false) } },
    (context) => written(context, listOf(context, 0), [numberOf(context, 1, "the index")], [operand(context, 2)]),
  ),
  graphOperator("TensorListPushBack", { operands: [2, 2], attributes: dtype }, (context) => {
    const list = listOf(context, 0);
    return handle(context, { ...list, elements: [...list.elements, operand(context, 1)] });
  }),
  graphOperator(
    "TensorListPopBack",
    { operands: [2, 2], attributes: dtype, results: ["output_handle", "tensor"] },
    (context) => {
      const list = listOf(context, 0);
      const last = item(context, list, list.elements.length - 1);
      return [handle(context, { ...list, elements: list.elements.slice(0, -1) }), last];
    },
  ),
  graphOperator(
    "TensorListStack",
    { operands: [2, 2], attributes: { ...dtype, num_elements: integer(-1) } },
    (context) => {
      const list = listOf(context, 0);
      return stacked(
        context,
        list,
        list.elements.map((_, i) => i),
      );
    },
  ),
  graphOperator("TensorListGather", { operands: [3, 3], attributes: dtype }, (context) =>
    stacked(context, listOf(context, 0), numbersOf(context, 1, "the indices")),
  ),
  graphOperator("TensorListLength", { operands: [1, 1] }, (context) => lengthOf(listOf(context, 0))),
  graphOperator(
    "TensorArrayV3",
    {
      operands: [1, 1],
      attributes: {
        ...array,
        dynamic_size: flag(false),
        clear_after_read: ignored,
        identical_element_shapes: ignored,
        tensor_array_name: ignored,
      },
      results: ["handle", "flow"],
    },
    (context, { dtype = "f32" }) => {
      const list = reserved(context, numberOf(context, 0, "the number of elements"), dtype, undefined);
      return [list, list];
    },
  ),
  graphOperator("TensorArrayReadV3", { operands: [3, 3], attributes: array }, (context) =>
    item(context, listOf(context, 2), numberOf(context, 1, "the index")),
  ),
  graphOperator("TensorArrayWriteV3", { operands: [4, 4] }, (context) =>
    written(context, listOf(context, 3), [numberOf(context, 1, "the index")], [operand(context, 2)]),
  ),
  graphOperator("TensorArrayGatherV3", { operands: [3, 3], attributes: array }, (context) =>
    stacked(context, listOf(context, 2), numbersOf(context, 1, "the indices")),
  ),
  graphOperator("TensorArrayScatterV3", { operands: [4, 4] }, (context) =>
    written(context, listOf(context, 3), numbersOf(context, 1, "the indices"), rows(context, operand(context, 2))),
  ),
  graphOperator("TensorArraySizeV3", { operands: [2, 2] }, (context) => lengthOf(listOf(context, 1))),
];

/** A list as an operand; its elements are counted against what may be made while importing. */
function handle(context: GraphContext, list: TensorList): Operand {
  context.tensors.reserve(list.elements.length);
  const made = knownOperand({ elementType: "i32", shape: [], data: Int32Array.of(0) });
  lists.set(made, list);
  return made;
}

function listOf(context: GraphContext, index: number): TensorList {
  const list = lists.get(operand(context, index));
  return list ?? refuse(context, "import/operand", { expected: `a list as input ${index}`, found: "a tensor" });
}

function lengthOf({ elements }: TensorList): Operand {
  return knownOperand({ elementType: "i32", shape: [], data: Int32Array.of(elements.length) });
}

/** Sizes of an element; a single −1 says nothing of them. */
function shapeOf(context: GraphContext, index: number): readonly number[] | undefined {
  const sizes = numbersOf(context, index, "the shape of an element");
  return operand(context, index).shape.length === 0 ? undefined : sizes;
}

function reserved(
  context: GraphContext,
  count: number,
  elementType: ElementType,
  elementShape: readonly number[] | undefined,
): Operand {
  if (!isValidShape([count])) refuse(context, "import/shape", { found: `${count} elements` });
  context.tensors.reserve(count);
  return handle(context, { elements: new Array<undefined>(count).fill(undefined), elementType, elementShape });
}

function rows(context: GraphContext, x: Operand): readonly Operand[] {
  if (x.shape.length === 0) refuse(context, "import/operand", { expected: "a tensor of rows", found: "a scalar" });
  context.tensors.reserve(x.shape[0]);
  const parts =
    x.shape[0] === 0
      ? []
      : partsAlong(
          context,
          x,
          0,
          Array.from({ length: x.shape[0] }, () => 1),
        );
  return parts.map((part) => reshaped(context.tensors, part, part.shape.slice(1)));
}

/** An element that was never set is zero. */
function item(context: GraphContext, { elements, elementType, elementShape }: TensorList, index: number): Operand {
  if (!Number.isInteger(index) || index < 0 || index >= elements.length)
    return refuse(context, "import/shape", { expected: `an index below ${elements.length}`, found: `${index}` });
  const found = elements[index];
  if (found !== undefined) return found;
  const shape = elementShape ?? elements.find((each) => each !== undefined)?.shape;
  if (shape === undefined || !isValidShape(shape))
    return refuse(context, "import/run-time-value", {
      expected: "an element that was set, or the shape of elements",
      found: formatShape(shape ?? []),
    });
  return broadcastTo(context.tensors, context.tensors.known(elementType, [], [0]), shape);
}

function written(
  context: GraphContext,
  list: TensorList,
  indices: readonly number[],
  values: readonly Operand[],
): Operand {
  const elements = [...list.elements];
  indices.forEach((index, i) => {
    if (!Number.isInteger(index) || index < 0 || index >= elements.length || i >= values.length)
      refuse(context, "import/shape", { expected: `an index below ${elements.length}`, found: `${index}` });
    elements[index] = values[i];
  });
  return handle(context, { ...list, elements });
}

function stacked(context: GraphContext, list: TensorList, indices: readonly number[]): Operand {
  if (indices.length === 0)
    return refuse(context, "import/unsupported-form", { expected: "a list with elements", found: "none" });
  const elements = indices.map((index) => item(context, list, index));
  const raised = elements.map((each) => reshaped(context.tensors, each, [1, ...each.shape]));
  return joined(context, raised, 0);
}
