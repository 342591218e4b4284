/** Which axis of a computation may become lanes, and how far apart neighbouring lanes lie in each access. */
import type { Access, Computation, Index, Scalar } from "../../ir/computation/computation.js";
import { accessesOf, someScalar } from "../../ir/computation/scalar.js";
import { vectorOf } from "../../ir/loops/lanes.js";
import { hasLanes } from "../../ir/loops/verify.js";
import { elementTypes } from "../../ir/types/element-type.js";
import { coefficientOf } from "./collapse-axes.js";
import { axesOfIndex } from "./reads.js";

/**
 * Why lanes along `axis` would be gathered one by one; undefined where they are neighbours in memory or all the same.
 */
export function laneProblem(computation: Computation, axis: number, staged: ReadonlySet<number>): string | undefined {
  if (coefficientOf(computation.store[0], axis) === 1) return loadProblem(computation, axis, staged);
  return `neighbours along ${computation.axes[axis]?.name ?? ""} are not stored as neighbours`;
}

/** Why lanes along `axis` would be loaded one by one, wherever they are stored. */
export function loadProblem(computation: Computation, axis: number, staged: ReadonlySet<number>): string | undefined {
  const { body, epilogue, operands, result } = computation;
  const name = computation.axes[axis]?.name ?? "";
  for (const access of [...accessesOf(body), ...accessesOf(epilogue)]) {
    const step = laneStep(access, axis, staged);
    const { elementType } = operands[access.operand] ?? result;
    if (step === undefined) return `operand ${access.operand} is read where ${name} says in no regular way`;
    if (step !== 0 && step !== 1) return `neighbours along ${name} are not neighbours in operand ${access.operand}`;
    if (step === 1 && !hasLanes(elementType)) return `lanes of ${elementType} are not loaded`;
  }
  const varies = (part: Scalar): boolean => "index" in part && dependsOn(part.index, axis);
  const uneven = [body, epilogue].some((scalar) => someScalar(scalar, varies));
  return uneven ? `a part differs along ${name}` : vectorProblem(computation);
}

/** Why a computation has no vectors, however its elements are had; undefined where it has. */
export function vectorProblem({ body, epilogue, operands, result }: Computation): string | undefined {
  if (!hasLanes(result.elementType)) return `lanes of ${result.elementType} are not stored`;
  const narrow = [...accessesOf(body), ...accessesOf(epilogue)].find(({ operand }) => {
    const { elementType } = operands[operand] ?? result;
    return vectorOf(elementTypes[elementType].computedAs) === undefined;
  });
  if (narrow !== undefined) return `operand ${narrow.operand} is of a type without lanes`;
  return [body, epilogue].some((scalar) => someScalar(scalar, isForeign)) ? "a part has no lanes" : undefined;
}

/** How many elements neighbouring lanes lie apart in an access; undefined where that is not one number. */
export function laneStep({ operand, indices }: Access, axis: number, staged: ReadonlySet<number>): number | undefined {
  const [index] = indices;
  if (index === undefined) return 0;
  if (index.kind !== "affine") return dependsOn(index, axis) ? undefined : 0;
  const coefficient = coefficientOf(index, axis);
  return staged.has(operand) && coefficient !== 0 ? 1 : coefficient;
}

function dependsOn(index: Index, axis: number): boolean {
  return axesOfIndex(index).includes(axis);
}

/** Whether a part of an expression has a type that vectors do not hold. */
function isForeign(part: Scalar): boolean {
  if (part.kind === "constant") return vectorOf(part.type) === undefined;
  return part.kind === "cast" && !(hasLanes(part.to) || part.to === "bool");
}
