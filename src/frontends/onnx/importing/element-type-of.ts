/** Element types that attributes name by number. */
import { isElementType, type ElementType } from "../../../ir/types/element-type.js";
import { onnxElementType } from "../proto/element-type.js";
import { refuse } from "../../importing/node-questions.js";
import type { NodeContext } from "./node-context.js";

/** The element type of a `data_type` number in an attribute. Fails where it is none that is stored. */
export function elementTypeOf(context: NodeContext, dataType: number): ElementType {
  const elementType = onnxElementType(dataType);
  if (isElementType(elementType)) return elementType;
  return refuse(context, "import/unsupported-form", {
    expected: "an element type that unstride stores",
    found: elementType,
  });
}
