/**
 * Finds a layer's weights among those of the file. They are named `layer/kernel`; Python's Keras puts the name of a cell between
 * (`lstm/lstm_cell/kernel`), and Keras 3 counts them (`layer/0`). All these are taken, as TensorFlow.js takes them.
 */
import { fail } from "../../../../diagnostics/error.js";
import type { SourceLocation } from "../../../../diagnostics/location.js";
import { quoted } from "../../../../diagnostics/quoted.js";
import { equalShapes, formatShape, type Shape } from "../../../../ir/types/shape.js";
import { formatTensorType, type Tensor } from "../../../../ir/types/tensor.js";
import { convertTensor } from "../../../importing/convert-tensor.js";
import { knownOperand, type Operand } from "../../../importing/operand.js";

/** All weights of a model; each is one operand, however many layers share it. */
export class WeightStore {
  private readonly weights: ReadonlyMap<string, Tensor>;
  private readonly shortened = new Map<string, string>();
  private readonly operands = new Map<string, Operand>();

  constructor(weights: ReadonlyMap<string, Tensor>) {
    this.weights = weights;
    for (const name of weights.keys()) {
      const short = withoutCell(name);
      if (!weights.has(short) && !this.shortened.has(short)) this.shortened.set(short, name);
    }
  }

  /** The weight under one of these names, the first that there is. */
  find(names: readonly string[]): Operand | undefined {
    for (const name of names) {
      const full = this.weights.has(name) ? name : this.shortened.get(name);
      if (full !== undefined) return this.operand(full);
    }
    return undefined;
  }

  private operand(name: string): Operand | undefined {
    const tensor = this.weights.get(name);
    if (tensor === undefined) return undefined;
    const operand = this.operands.get(name) ?? knownOperand(convertTensor(tensor, "f32"), name);
    this.operands.set(name, operand);
    return operand;
  }
}

/** `a/b/c/kernel` → `a/b/kernel` */
function withoutCell(name: string): string {
  const parts = name.split("/");
  return [...parts.slice(0, -2), ...parts.slice(-1)].join("/");
}

/** The weights of one layer: what it and the layers in it are called, and how many have been asked for. */
export class WeightScope {
  private readonly store: WeightStore;
  /** What the names of its weights begin with. */
  readonly path: string;
  private readonly location: SourceLocation;
  private readonly counter: { next: number };

  constructor(store: WeightStore, path: string, location: SourceLocation, counter = { next: 0 }) {
    this.store = store;
    this.path = path;
    this.location = location;
    this.counter = counter;
  }

  /** The weights of a part of the layer, `forward_lstm`; they go on counting. */
  inner(name: string): WeightScope {
    return new WeightScope(this.store, `${this.path}/${name}`, this.location, this.counter);
  }

  /** Whether there is such a weight. */
  has(name: string): boolean {
    return this.store.find([`${this.path}/${name}`]) !== undefined;
  }

  /** A weight of that shape, f32. Layers ask for their weights in the order in which TensorFlow.js makes them. */
  weight(name: string, shape: Shape): Operand {
    const found = this.any(name);
    if (equalShapes(found.shape, shape)) return found;
    return fail("import/tensor-shape", {
      at: this.location,
      expected: `the weight ${quoted(`${this.path}/${name}`)} of shape ${formatShape(shape)}`,
      found: formatTensorType(found),
      remedy:
        "check the shapes the inputs are bound to with --shape, and that model.json and its weights belong together",
    });
  }

  /** A weight of any shape, f32. Fails with `import/missing`. */
  any(name: string): Operand {
    const full = `${this.path}/${name}`;
    const found = this.store.find([full, `${this.path}/${this.counter.next++}`]);
    if (found !== undefined) return found;
    const remedy = "save the model with its weights: tf.LayersModel.save writes both, and the files must stay together";
    return fail("import/missing", { at: this.location, expected: `a weight ${quoted(full)}`, remedy });
  }
}
