/** Vector types and the scalar types of their lanes. */
import type { ScalarType } from "../computation/computation.js";
import type { ValueType, VectorType } from "./kernel.js";

/** Lanes of every vector type: 128 bits. */
export const laneCount = 4;

const laneTypes: Readonly<Record<VectorType, ScalarType>> = { f32x4: "f32", i32x4: "i32", boolx4: "bool" };

const vectorTypes: Readonly<Partial<Record<ScalarType, VectorType>>> = { f32: "f32x4", i32: "i32x4", bool: "boolx4" };

export function isVector(type: ValueType): type is VectorType {
  return Object.hasOwn(laneTypes, type);
}

/** The type of one lane; of a scalar itself. */
export function laneType(type: ValueType): ScalarType {
  return isVector(type) ? laneTypes[type] : type;
}

/** Lanes of this type, where there are such. */
export function vectorOf(type: ScalarType): VectorType | undefined {
  return vectorTypes[type];
}

/** How many elements a load or store of this type touches. */
export function lanesOf(type: ValueType): number {
  return isVector(type) ? laneCount : 1;
}
