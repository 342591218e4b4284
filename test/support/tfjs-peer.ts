/** TensorFlow.js itself, where the packages of the benchmark are installed: its JavaScript back end, asked for one op at a time. */
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import type { Shape } from "../../src/ir/types/shape.js";
import { numbers, tensor, type Tensor } from "../../src/ir/types/tensor.js";

const bench = join(import.meta.dirname, "../../bench");

export interface TfjsTensor {
  readonly shape: number[];
  dataSync(): ArrayLike<number>;
}

/** Padding in its words; pairs are for all four dimensions. */
export type TfjsPad = "same" | "valid" | readonly (readonly [number, number])[];

type Conv = (
  x: TfjsTensor,
  w: TfjsTensor,
  strides: Shape,
  pad: TfjsPad,
  format?: string,
  dilations?: Shape,
) => TfjsTensor;
type ConvTranspose = (x: TfjsTensor, w: TfjsTensor, output: Shape, strides: Shape, pad: TfjsPad) => TfjsTensor;
type Pool = (x: TfjsTensor, kernel: Shape, strides: Shape, pad: TfjsPad) => TfjsTensor;

/** What of TensorFlow.js is asked. */
export interface Tfjs {
  tensor(values: unknown, shape: Shape): TfjsTensor;
  readonly conv2d: Conv;
  readonly conv3d: Conv;
  readonly depthwiseConv2d: Conv;
  readonly conv2dTranspose: ConvTranspose;
  readonly conv3dTranspose: ConvTranspose;
  readonly maxPool: Pool;
  readonly avgPool: Pool;
}

/** The peer, or undefined with a line that says what is skipped. */
export async function tfjsPeer(): Promise<Tfjs | undefined> {
  if (!existsSync(join(bench, "node_modules/@tensorflow/tfjs-backend-cpu"))) {
    console.log("skipped: TensorFlow.js as a peer (not installed in bench/node_modules)");
    return undefined;
  }
  const load = createRequire(join(bench, "package.json"));
  const tf = load("@tensorflow/tfjs-core") as Tfjs & { setBackend(name: string): Promise<boolean> };
  load("@tensorflow/tfjs-backend-cpu");
  await tf.setBackend("cpu");
  return tf;
}

export function toPeer(tf: Tfjs, value: Tensor): TfjsTensor {
  return tf.tensor(numbers(value), value.shape);
}

export function fromPeer(value: TfjsTensor): Tensor {
  return tensor("f32", value.shape, value.dataSync());
}
