/** Elementwise ops under their camel-case names; operands broadcast by NumPy's rule, and plain numbers count as scalars. */
import type { Attributes } from "../../ir/attributes/value.js";
import type { NodeBuilder, OpDefinition, Value } from "../../ir/graph/graph.js";
import type { ElementType } from "../../ir/types/element-type.js";
import { tensor } from "../../ir/types/tensor.js";
import { activationOps } from "../../ir/ops/activations.js";
import { binaryOps } from "../../ir/ops/binary.js";
import { cast } from "../../ir/ops/cast.js";
import { compareOps, select } from "../../ir/ops/compare.js";
import { parametrisedOps } from "../../ir/ops/parametrised.js";
import { unaryOps } from "../../ir/ops/unary.js";

type CamelCase<S extends string> = S extends `${infer Head}_${infer Tail}`
  ? `${Head}${Capitalize<CamelCase<Tail>>}`
  : S;
type Named<Table, Tool> = { readonly [Name in keyof Table & string as CamelCase<Name>]: Tool };
type AttributesOf<Definition> = Definition extends OpDefinition<infer A, infer _> ? A : never;
type Parametrised = {
  readonly [Name in keyof typeof parametrisedOps & string as CamelCase<Name>]: (
    x: Value,
    attributes?: Partial<AttributesOf<(typeof parametrisedOps)[Name]>>,
  ) => Value;
};

/** Two operands, of which one may be a plain number. */
export type BinaryTool = (a: Value | number, b: Value | number) => Value;

export function elementwiseTools(builder: NodeBuilder) {
  const pair = (op: OpDefinition) => (a: Value | number, b: Value | number) =>
    builder.one(op, broadcastNumbers(builder, a, b), {});
  const single =
    (op: OpDefinition) =>
    (x: Value, attributes: Attributes = {}) =>
      builder.one(op, [x], attributes);
  return {
    ...(toolsFor(unaryOps, single) as Named<typeof unaryOps, (x: Value) => Value>),
    ...(toolsFor(activationOps, single) as Named<typeof activationOps, (x: Value) => Value>),
    ...(toolsFor(parametrisedOps, single) as Parametrised),
    ...(toolsFor(binaryOps, pair) as Named<typeof binaryOps, BinaryTool>),
    ...(toolsFor(compareOps, pair) as Named<typeof compareOps, BinaryTool>),
    select: (condition: Value, whenTrue: Value, whenFalse: Value) =>
      builder.one(select, [condition, whenTrue, whenFalse], {}),
    cast: (x: Value, to: ElementType) => builder.one(cast, [x], { to }),
  };
}

function toolsFor(
  table: Readonly<Record<string, OpDefinition>>,
  tool: (op: OpDefinition) => unknown,
): Record<string, unknown> {
  const camel = (name: string): string => name.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
  return Object.fromEntries(Object.entries(table).map(([name, op]) => [camel(name), tool(op)]));
}

function broadcastNumbers(builder: NodeBuilder, a: Value | number, b: Value | number): readonly Value[] {
  const elementType = typeof a === "number" ? (typeof b === "number" ? "f32" : b.type.elementType) : a.type.elementType;
  return [a, b].map((x) => (typeof x === "number" ? builder.constant(tensor(elementType, [], [x])) : x));
}
