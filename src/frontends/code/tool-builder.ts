/**
 * Makes the nodes of a graph written in code. Operands must be values of that graph, and every node and error says which call it is
 * from: `graph "upsample", conv2dTranspose #2` is the second call of that tool.
 */
import { fail, UnstrideError } from "../../diagnostics/error.js";
import type { SourceLocation } from "../../diagnostics/location.js";
import type { Attributes } from "../../ir/attributes/value.js";
import { GraphBuilder } from "../../ir/graph/builder.js";
import type { Graph, NodeBuilder, OpDefinition, Value } from "../../ir/graph/graph.js";
import type { Shape } from "../../ir/types/shape.js";
import type { Tensor, TensorType } from "../../ir/types/tensor.js";

/** Tools by name. */
type Tools = Readonly<Record<string, (...given: never[]) => unknown>>;

export class ToolBuilder implements NodeBuilder {
  private readonly name: string;
  private readonly builder: GraphBuilder;
  private readonly values = new Set<unknown>();
  private readonly calls = new Map<string, number>();

  /** Builds a graph of that name, or goes on with one that is being built. */
  constructor(name: string, builder = new GraphBuilder(name)) {
    this.name = name;
    this.builder = builder;
  }

  /** Lets tools take a value that the graph has from elsewhere. */
  adopt(value: Value): Value {
    return this.known(value);
  }

  input(name: string, type: TensorType): Value {
    return this.known(this.builder.input(name, type));
  }

  output(name: string, value: Value): void {
    this.typeOf(value);
    this.builder.output(name, value);
  }

  constant(value: Tensor, name?: string): Value {
    return this.known(this.builder.constant(value, name));
  }

  add<A extends Attributes>(op: OpDefinition<A>, operands: readonly Value[], attributes: Partial<A>): readonly Value[] {
    for (const operand of operands) this.typeOf(operand);
    const results = this.builder.add(op, operands, attributes);
    for (const value of results) this.known(value);
    return results;
  }

  one<A extends Attributes>(op: OpDefinition<A>, operands: readonly Value[], attributes: Partial<A>): Value {
    for (const operand of operands) this.typeOf(operand);
    return this.known(this.builder.one(op, operands, attributes));
  }

  /** Whether something is a value of this graph. */
  has(value: unknown): value is Value {
    return this.values.has(value);
  }

  /** The type of a value of this graph. Fails with `graph/foreign-value` for anything else. */
  typeOf(value: Value): TensorType {
    if (!this.values.has(value)) fail("graph/foreign-value", { found: describe(value) });
    return value.type;
  }

  /** The shape of a value of this graph. Fails with `graph/foreign-value` for anything else. */
  shapeOf(value: Value): Shape {
    return this.typeOf(value).shape;
  }

  finish(): Graph {
    return this.builder.finish();
  }

  /** The same tools, whose nodes and errors say which call of which tool they are from. */
  located<T extends Tools>(tools: T): T {
    const entries = Object.entries(tools).map(([tool, run]) => [
      tool,
      (...given: never[]) => this.locate(tool, () => run(...given)),
    ]);
    return Object.fromEntries(entries) as T;
  }

  private locate<Result>(tool: string, run: () => Result): Result {
    const number = (this.calls.get(tool) ?? 0) + 1;
    this.calls.set(tool, number);
    const at: SourceLocation = { kind: "call", graph: this.name, tool, number };
    try {
      return this.builder.at(at, run);
    } catch (error) {
      if (!(error instanceof UnstrideError)) throw error;
      throw new UnstrideError(error.diagnostics.map((diagnostic) => ({ at, ...diagnostic })));
    }
  }

  private known(value: Value): Value {
    this.values.add(value);
    return value;
  }
}

function describe(value: unknown): string {
  if (typeof value === "object" && value !== null && "name" in value && "type" in value) {
    return `%${String(value.name)}, which another graph made`;
  }
  return typeof value === "number" ? `the number ${value}` : value === null ? "null" : typeof value;
}
