/** Runs a placed module by evaluating each computation on its pieces of flat memory: what addresses mean, without schedules or kernels. */
import { evaluateComputation } from "../../src/ir/computation/evaluate.js";
import type { Piece, PlacedModule } from "../../src/ir/computation/placed-module.js";
import { interpretKernel } from "../../src/ir/loops/interpret.js";
import { allocate, type TypedArray } from "../../src/ir/types/element-type.js";
import type { Tensor } from "../../src/ir/types/tensor.js";

/** Data of the outputs, in port order, for data of the inputs in port order. */
export function runPlaced(module: PlacedModule, inputs: readonly Tensor[]): readonly TypedArray[] {
  const memory = module.roots.map(({ home, elementType, length }): TypedArray => {
    if (home.kind === "constant") return home.data.data;
    if (home.kind === "input") return inputs[home.port].data;
    return allocate(elementType, length);
  });
  const view = ({ root, offset, length }: Piece): TypedArray => memory[root].subarray(offset, offset + length);
  for (const step of module.steps) {
    if (step.kind === "kernel") {
      interpretKernel(
        step.kernel,
        [...step.operands, ...step.results].map((piece) => ({ array: view(piece), offset: 0 })),
      );
      continue;
    }
    const { computation, operands, result } = step;
    const tensors = operands.map((piece, i): Tensor => ({ ...computation.operands[i], data: view(piece) }));
    const written = evaluateComputation(computation, tensors, { ...computation.result, data: view(result) });
    view(result).set(written.data as never);
  }
  const outputs = module.roots.flatMap(({ home }, root) => (home.kind === "output" ? [{ port: home.port, root }] : []));
  return outputs.sort((a, b) => a.port - b.port).map(({ root }) => memory[root]);
}
