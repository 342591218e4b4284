/** Small files that ask for much: more memory, more nodes or more code than their size lets expect. */
import { model, type AttributeSpec, type NodeSpec, type TensorSpec, type ValueSpec } from "../onnx-writer.js";

const x = (...shape: readonly number[]): ValueSpec => ({ name: "x", shape });
const ints = (...values: readonly number[]): AttributeSpec => ({ ints: values });
const list = (name: string, ...values: readonly number[]): TensorSpec => ({
  name,
  type: "i64",
  shape: [values.length],
  int64s: values,
});
const weights = (name: string, ...shape: readonly number[]): TensorSpec => ({
  name,
  shape,
  floats: new Array<number>(shape.reduce((count, size) => count * size, 1)).fill(1),
});

export interface Bomb {
  /** What becomes of it: see `judge`. */
  readonly ends: string;
  readonly inputs?: readonly ValueSpec[];
  readonly initializers?: readonly TensorSpec[];
  readonly nodes: readonly NodeSpec[];
  readonly opset?: number;
}

/** One node on `x` and initializers; its result is the output. */
function one(
  ends: string,
  operator: string,
  operands: readonly TensorSpec[],
  rest: Omit<Bomb, "ends" | "nodes" | "initializers"> & Pick<NodeSpec, "attributes">,
): Bomb {
  const { attributes, inputs = [x(1, 2, 4, 4)], opset } = rest;
  const names = [...inputs, ...operands].map(({ name = "" }) => name);
  const node = { operator, inputs: names, outputs: ["y"], ...(attributes && { attributes }) };
  return { ends, inputs, initializers: operands, nodes: [node], ...(opset && { opset }) };
}

/** `x` goes through `count` nodes; what the first one reads is `first`. */
function chain(count: number, first: string, node: (from: string, to: string, i: number) => NodeSpec): NodeSpec[] {
  const name = (i: number): string => (i === 0 ? first : i === count ? "y" : `value_${i}`);
  return Array.from({ length: count }, (_, i) => node(name(i), name(i + 1), i));
}

const square = (from: string, to: string): NodeSpec => ({ operator: "Mul", inputs: [from, from], outputs: [to] });
const twice = (from: string, to: string): NodeSpec => ({
  operator: "Concat",
  inputs: [from, from],
  outputs: [to],
  attributes: { axis: { int: 0 } },
});

export const bombs: Readonly<Record<string, Bomb>> = {
  "phases by the million": one("compiled", "ConvTranspose", [weights("w", 2, 2, 3, 3)], {
    attributes: { strides: ints(1000, 1000) },
  }),
  "phases in many dimensions": one("agreed", "ConvTranspose", [weights("w", 1, 1, ...new Array<number>(12).fill(1))], {
    inputs: [x(1, 1, ...new Array<number>(12).fill(1))],
    attributes: { strides: ints(...new Array<number>(12).fill(4)) },
  }),
  "a stride of a million": one("compiled", "ConvTranspose", [weights("w", 1, 1, 2)], {
    inputs: [x(1, 1, 3)],
    attributes: { strides: ints(1_000_000) },
  }),
  "linear interpolation in twenty dimensions": one(
    "resize/C6",
    "Resize",
    [
      { name: "roi", shape: [0], floats: [] },
      { name: "s", shape: [20], floats: new Array<number>(20).fill(2) },
    ],
    { inputs: [x(...new Array<number>(20).fill(1))], attributes: { mode: { string: "linear" } } },
  ),
  "cubic interpolation in ten dimensions": one(
    "agreed",
    "Resize",
    [
      { name: "roi", shape: [0], floats: [] },
      { name: "s", shape: [10], floats: new Array<number>(10).fill(2) },
    ],
    { inputs: [x(...new Array<number>(10).fill(1))], attributes: { mode: { string: "cubic" } } },
  ),
  "a kernel as large as its image": one("compiled", "AveragePool", [], {
    inputs: [x(1, 1, 3000, 3000)],
    attributes: { kernel_shape: ints(2999, 2999), pads: ints(1500, 1500, 1499, 1499) },
  }),
  "a kernel of a million in one dimension": one("compiled", "AveragePool", [], {
    inputs: [x(1, 16, 1000)],
    attributes: { kernel_shape: ints(1_000_001), pads: ints(500_000, 500_000) },
  }),
  "a maximum over a million": one("compiled", "MaxPool", [], {
    inputs: [x(1, 1, 2 ** 20)],
    attributes: { kernel_shape: ints(2 ** 20), pads: ints(2 ** 19, 2 ** 19) },
  }),
  "a filter of a million": one("compiled", "Conv", [weights("w", 1, 1, 1_000_000)], { inputs: [x(1, 1, 1_000_010)] }),
  "a constant of half a gigabyte": {
    ends: "compiled",
    initializers: [list("shape", 2 ** 27)],
    nodes: [{ operator: "ConstantOfShape", inputs: ["shape"], outputs: ["y"] }],
  },
  "a constant of half a gigabyte that is computed with": {
    ends: "compiled",
    initializers: [list("shape", 2 ** 27)],
    nodes: [
      { operator: "ConstantOfShape", inputs: ["shape"], outputs: ["zeros"] },
      { operator: "Exp", inputs: ["zeros"], outputs: ["y"] },
    ],
  },
  "a range of half a billion": {
    ends: "import/limit",
    initializers: [
      { name: "from", type: "i64", shape: [], int64s: [0] },
      { name: "to", type: "i64", shape: [], int64s: [2 ** 29] },
      { name: "step", type: "i64", shape: [], int64s: [1] },
    ],
    nodes: [{ operator: "Range", inputs: ["from", "to", "step"], outputs: ["y"] }],
  },
  "a constant doubled time and again": {
    ends: "compiled",
    initializers: [weights("c", 1000)],
    nodes: chain(19, "c", twice),
  },
  "a constant expanded time and again": {
    ends: "compiled",
    initializers: [weights("c", 1, 1000)],
    nodes: chain(9, "c", (from, to) => ({ operator: "Tile", inputs: [from, "four"], outputs: [to] })),
  },
  "an input doubled time and again": { ends: "compiled", inputs: [x(1000)], nodes: chain(19, "x", twice) },
  "squares of squares": { ends: "ran", inputs: [x(8)], nodes: chain(200, "x", square) },
  "pads in sixty dimensions": one("import/shape", "Pad", [list("pads", ...new Array<number>(120).fill(1))], {
    inputs: [x(...new Array<number>(60).fill(1))],
  }),
  "a tile of sixty-four dimensions": one("agreed", "Tile", [list("repeats", ...new Array<number>(64).fill(1))], {
    inputs: [x(...new Array<number>(64).fill(1))],
  }),
  "normalisation over a million channels": one("compiled", "LRN", [], {
    inputs: [x(1, 1000, 4, 4)],
    attributes: { size: { int: 1_000_001 } },
  }),
  "intermediate results of a terabyte": {
    ends: "target/memory",
    inputs: [x(2 ** 28)],
    nodes: [
      ...chain(900, "x", (from, to) => ({ operator: "Exp", inputs: [from], outputs: [to === "y" ? "last" : to] })),
      { operator: "Sum", inputs: ["last", ...Array.from({ length: 899 }, (_, i) => `value_${i + 1}`)], outputs: ["y"] },
    ],
  },
  "a concatenation of five thousand": {
    ends: "agreed",
    inputs: [x(4)],
    nodes: [
      {
        operator: "Concat",
        inputs: new Array<string>(5000).fill("x"),
        outputs: ["y"],
        attributes: { axis: { int: 0 } },
      },
    ],
  },
  "ten thousand nodes": {
    ends: "agreed",
    inputs: [x(4)],
    nodes: chain(10_000, "x", (from, to) => ({ operator: "Cos", inputs: [from], outputs: [to] })),
  },
  "two thousand outputs": {
    ends: "target/ports",
    inputs: [x(4)],
    nodes: Array.from({ length: 2000 }, (_, i) => ({ operator: "Exp", inputs: ["x"], outputs: [`y${i}`] })),
  },
  "a wrap around four thousand times": one("import/shape", "Pad", [list("pads", 0, 8000)], {
    inputs: [x(2)],
    attributes: { mode: { string: "wrap" } },
  }),
};

export function bombFile({ inputs = [], initializers = [], nodes, opset = 21 }: Bomb): Uint8Array {
  const all = [...initializers, list("four", 4, 1)];
  const made = nodes.flatMap(({ outputs = [] }) => outputs);
  const read = new Set(nodes.flatMap((node) => node.inputs ?? []));
  const outputs = made.filter((name) => !read.has(name)).map((name) => ({ name }));
  return model({ opset, inputs, initializers: all, nodes, outputs });
}
