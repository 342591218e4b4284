/** Rows of the operator table of graph models: which operator, with which attributes and operands, and what it becomes. */
import { fail } from "../../../../diagnostics/error.js";
import type { Operand } from "../../../importing/operand.js";
import { readAttributes, type GraphAttributeKinds, type ValuesOf } from "./attribute-kinds.js";
import type { GraphContext } from "./node-context.js";

export interface GraphOperatorRow {
  readonly name: string;
  /** Names of all attributes it takes. */
  readonly attributes: readonly string[];
  /** Names of its results, in order, where there are several: functions refer to them by these. */
  readonly results: readonly string[];
  readonly importNode: (context: GraphContext) => readonly Operand[];
}

/** How an operator is declared. */
export interface GraphDeclaration<K extends GraphAttributeKinds> {
  /** How many operands there may be at least and at most. */
  readonly operands: readonly [least: number, most: number];
  readonly attributes?: K;
  readonly results?: readonly string[];
}

/** A row; `importer` is called once attributes and the number of operands are what the declaration says. */
export function graphOperator<K extends GraphAttributeKinds = Record<never, never>>(
  name: string,
  { operands, attributes, results = [] }: GraphDeclaration<K>,
  importer: (context: GraphContext, attributes: ValuesOf<K>) => Operand | readonly Operand[],
): GraphOperatorRow {
  return {
    name,
    attributes: Object.keys(attributes ?? {}),
    results,
    importNode(context) {
      checkOperands(context, operands);
      const imported = importer(context, readAttributes<K>((attributes ?? {}) as K, context.node));
      return isList(imported) ? imported : [imported];
    },
  };
}

function isList(imported: Operand | readonly Operand[]): imported is readonly Operand[] {
  return Array.isArray(imported);
}

function checkOperands({ node, operands }: GraphContext, [least, most]: readonly [number, number]): void {
  if (operands.length >= least && operands.length <= most) return;
  const count = least === most ? `${least}` : most === Infinity ? `at least ${least}` : `${least} to ${most}`;
  fail("import/operand", {
    at: node.location,
    expected: `${node.operator} with ${count} inputs`,
    found: `${operands.length}`,
  });
}
