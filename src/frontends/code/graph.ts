/**
 * Graphs written in code:
 *
 *     const g = graph("upsample", ({ input, parameter, conv2dTranspose, relu, output }) => {
 *       const x = input("x", [1, 7, 7, 128]);
 *       const w = parameter("w", [4, 4, 64, 128], weights);
 *       output("y", relu(conv2dTranspose(x, w, { strides: 2, padding: "SAME" })));
 *     });
 *
 * The tools need no `this`, so they can be taken apart. Every node is checked as it is added, and what is wrong names the call:
 * `graph "upsample", conv2dTranspose #1`.
 */
import { fail } from "../../diagnostics/error.js";
import type { Graph, Value } from "../../ir/graph/graph.js";
import type { ElementType } from "../../ir/types/element-type.js";
import { elementCount, formatShape, isValidShape, type Shape } from "../../ir/types/shape.js";
import { convolutionTools } from "./convolutions.js";
import { elementwiseTools } from "./elementwise.js";
import { gradientTools } from "./gradients.js";
import { layerTools } from "./layers.js";
import { filled, scalarOf } from "./numbers.js";
import { poolingTools } from "./pooling.js";
import { reductionTools } from "./reductions.js";
import { resizingTools } from "./resizing.js";
import { shapeTools } from "./shapes.js";
import { ToolBuilder } from "./tool-builder.js";

/** What the function handed to `graph` can use. */
export type GraphTools = ReturnType<typeof toolsOf>;

/** Builds a graph. Fails with `UnstrideError` where a node does not verify, and where nothing is put out. */
export function graph(name: string, build: (tools: GraphTools) => void): Graph {
  const builder = new ToolBuilder(name);
  build(toolsOf(builder));
  const built = builder.finish();
  if (built.outputs.length === 0) fail("graph/no-output", { at: `graph ${JSON.stringify(name)}` });
  return built;
}

function toolsOf(builder: ToolBuilder) {
  return builder.located({ ...portTools(builder), ...nodeTools(builder) });
}

/** The tools that make values of values, for a builder whose caller says where nodes are from. */
export function nodeTools(builder: ToolBuilder) {
  return {
    ...constantTools(builder),
    ...convolutionTools(builder),
    ...gradientTools(builder),
    ...poolingTools(builder),
    ...resizingTools(builder),
    ...layerTools(builder),
    ...elementwiseTools(builder),
    ...shapeTools(builder),
    ...reductionTools(builder),
  };
}

function portTools(builder: ToolBuilder) {
  return {
    /** An input under the caller's own name, any string; data are channels last. */
    input: (name: string, shape: Shape, elementType: ElementType = "f32"): Value => {
      checkShape(name, shape);
      return builder.input(name, { elementType, shape });
    },
    /** An output under the caller's own name, any string. */
    output: (name: string, value: Value): void => builder.output(name, value),
  };
}

function constantTools(builder: ToolBuilder) {
  return {
    /** A weight with its values in row-major order. A Uint16Array is the bits of an f16 or bf16, numbers are rounded. */
    parameter: (name: string, shape: Shape, values: ArrayLike<number>, elementType: ElementType = "f32"): Value => {
      checkShape(name, shape);
      if (values.length !== elementCount(shape)) {
        const expected = `${elementCount(shape)} values for ${formatShape(shape)}`;
        fail("graph/parameter", { at: `parameter ${JSON.stringify(name)}`, expected, found: `${values.length}` });
      }
      return builder.constant(filled(elementType, shape, values), name);
    },
    /** A number that broadcasts. */
    scalar: (value: number, elementType: ElementType = "f32"): Value => scalarOf(builder, value, elementType),
  };
}

function checkShape(name: string, shape: Shape): void {
  if (!isValidShape(shape))
    fail("graph/size", { at: JSON.stringify(name), expected: "whole sizes from 0", found: formatShape(shape) });
}
