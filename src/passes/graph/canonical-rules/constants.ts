/** What canonicalising rules ask of constants. */
import type { Value } from "../../../ir/graph/graph.js";
import { isBigIntArray } from "../../../ir/types/element-type.js";
import { broadcastShapes, equalShapes } from "../../../ir/types/shape.js";
import type { Match } from "../../driver/rule.js";

/** The number that every element of a constant is, or undefined. An empty constant is nothing. */
export function uniformValue(value: Value, match: Match): number | undefined {
  const data = match.constant(value)?.data;
  if (data === undefined || isBigIntArray(data)) return undefined;
  const [first] = data;
  return data.every((element) => Object.is(element, first)) ? first : undefined;
}

/** Whether every element of a constant satisfies `holds`. */
export function everyElement(value: Value, match: Match, holds: (element: number) => boolean): boolean {
  const data = match.constant(value)?.data;
  return data !== undefined && !isBigIntArray(data) && data.every(holds);
}

/** Whether `kept` alone has the shape and element type that an elementwise op of it with others gives `result`. */
export function stands(kept: Value, result: Value): boolean {
  return equalShapes(kept.type.shape, result.type.shape) && kept.type.elementType === result.type.elementType;
}

/** Whether values of these shapes broadcast to exactly the shape of `result`. */
export function broadcastTo(shapes: readonly (readonly number[])[], result: Value): boolean {
  const shape = shapes.reduce<readonly number[] | undefined>((all, next) => all && broadcastShapes(all, next), []);
  return shape !== undefined && equalShapes(shape, result.type.shape);
}
