/** Which axis of a computation may become lanes, and how far apart neighbouring lanes lie in each access. */
import type { Access, Computation, Index, Scalar } from "../../ir/computation/computation.js";
import { accessesOf, someScalar } from "../../ir/computation/scalar.js";
import type { ElementType } from "../../ir/types/element-type.js";
import { coefficientOf } from "./collapse-axes.js";
import { axesOfIndex } from "./reads.js";

/** Why neighbours along `axis` cannot be lanes of one vector; undefined where they can. */
export function laneProblem(computation: Computation, axis: number, staged: ReadonlySet<number>): string | undefined {
  const { body, epilogue, operands, result, store } = computation;
  const name = computation.axes[axis]?.name ?? "";
  if (!hasLanes(result.elementType)) return `lanes of ${result.elementType} are not stored`;
  if (coefficientOf(store[0], axis) !== 1) return `neighbours along ${name} are not stored as neighbours`;
  for (const access of [...accessesOf(body), ...accessesOf(epilogue)]) {
    const step = laneStep(access, axis, staged);
    const { elementType } = operands[access.operand] ?? result;
    if (step === undefined) return `operand ${access.operand} is read where ${name} says in no regular way`;
    if (step !== 0 && step !== 1) return `neighbours along ${name} are not neighbours in operand ${access.operand}`;
    if (step === 1 && !hasLanes(elementType)) return `lanes of ${elementType} are not loaded`;
  }
  const foreign = [body, epilogue].some((scalar) => someScalar(scalar, (part) => isForeign(part, axis)));
  return foreign ? "a part has no lanes" : undefined;
}

/** How many elements neighbouring lanes lie apart in an access; undefined where that is not one number. */
export function laneStep({ operand, indices }: Access, axis: number, staged: ReadonlySet<number>): number | undefined {
  const [index] = indices;
  if (index === undefined) return 0;
  if (index.kind !== "affine") return dependsOn(index, axis) ? undefined : 0;
  const coefficient = coefficientOf(index, axis);
  return staged.has(operand) && coefficient !== 0 ? 1 : coefficient;
}

/** Element types that vectors are loaded from and stored to. */
function hasLanes(elementType: ElementType): boolean {
  return elementType === "f32" || elementType === "i32";
}

function dependsOn(index: Index, axis: number): boolean {
  return axesOfIndex(index).includes(axis);
}

/** Whether a part of an expression has a type or value that vectors do not hold. */
function isForeign(part: Scalar, axis: number): boolean {
  switch (part.kind) {
    case "index":
      return dependsOn(part.index, axis);
    case "constant":
      return part.type === "f64";
    case "cast":
      return !(hasLanes(part.to) || part.to === "bool");
    default:
      return false;
  }
}
