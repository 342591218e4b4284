/** Rows of the operator table: which operator, since which version, with which attributes and operands, and what it becomes. */
import { fail } from "../../../diagnostics/error.js";
import { readAttributes, type OnnxAttributeKinds, type ValuesOf } from "./attribute-kinds.js";
import type { OnnxNode } from "../proto/model.js";
import type { NodeContext } from "./node-context.js";
import { isSequence } from "./sequence.js";
import type { Operand } from "../../importing/operand.js";

export interface OperatorRow {
  readonly name: string;
  /** Empty for ONNX's own. */
  readonly domain: string;
  /** First version of the operator set in which it means this; up to the next row of the same name. */
  readonly since: number;
  /** Last version that has it, where it was taken out. */
  readonly until?: number;
  /** Names of all attributes it takes. */
  readonly attributes: readonly string[];
  /** One value for each result, as many as there are; the node names the first of them. */
  readonly importNode: (context: NodeContext) => readonly (Operand | undefined)[];
}

/** How an operator is declared. */
export interface Declaration<K extends OnnxAttributeKinds> {
  readonly since?: number;
  readonly until?: number;
  readonly domain?: string;
  /** How many operands there may be at least, all of which must be there, and at most. */
  readonly operands: readonly [least: number, most: number];
  readonly attributes?: K;
  /** Whether operands may be sequences; the importer asks which. */
  readonly sequences?: true;
}

/** Results of an importer: one, several, or fewer than the operator has where the rest cannot be made. */
export type Imported = Operand | readonly (Operand | undefined)[];

/** A row; `importer` is called once attributes and the number of operands are what the declaration says. */
export function operator<K extends OnnxAttributeKinds = Record<never, never>>(
  name: string,
  declaration: Declaration<K>,
  importer: (context: NodeContext, attributes: ValuesOf<K>) => Imported,
): OperatorRow {
  const { since = 1, until, domain = "", operands, attributes } = declaration;
  return {
    name,
    domain,
    since,
    ...(until === undefined ? {} : { until }),
    attributes: Object.keys(attributes ?? {}),
    importNode(context) {
      checkOperands(context, operands);
      if (declaration.sequences === undefined) checkTensors(context);
      const node = context.opset < 6 ? withoutHints(context.node) : context.node;
      const values = readAttributes<K>((attributes ?? {}) as K, node);
      const imported = importer(context, values);
      return isList(imported) ? imported : [imported];
    },
  };
}

/** Up to operator set 5 some operators could be told which operands they may overwrite, which means nothing here. */
function withoutHints(node: OnnxNode): OnnxNode {
  if (!node.attributes.has("consumed_inputs")) return node;
  const attributes = new Map(node.attributes);
  attributes.delete("consumed_inputs");
  return { ...node, attributes };
}

function isList(imported: Imported): imported is readonly (Operand | undefined)[] {
  return Array.isArray(imported);
}

function checkTensors({ node, operands }: NodeContext): void {
  if (!operands.some(isSequence)) return;
  fail("import/operand", { at: node.location, expected: `tensors for ${node.operator}`, found: "a sequence" });
}

function checkOperands({ node, operands }: NodeContext, [least, most]: readonly [number, number]): void {
  const given = operands.findLastIndex((operand) => operand !== undefined) + 1;
  const isComplete = operands.slice(0, least).every((operand) => operand !== undefined);
  if (given >= least && given <= most && isComplete) return;
  const count = least === most ? `${least}` : `${least} to ${most}`;
  const expected = `${node.operator} with ${most === Infinity ? `at least ${least}` : count} inputs`;
  fail("import/operand", { at: node.location, expected, found: `${given}${isComplete ? "" : ", some left out"}` });
}
