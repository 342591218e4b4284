/** The model compiled here, for the comparison. */
import { compile, type CompileOptions } from "../../compile.js";
import type { Tensor } from "../../ir/types/tensor.js";
import { loadModule } from "../load-module.js";
import type { GivenModel, PreparedModel } from "./peer.js";

export type OurTarget = NonNullable<CompileOptions["target"]>;

/** Compiles and loads; a run is one call of `run`, which gives new arrays as those of other runtimes do. */
export async function prepareOurs(
  { graph, inputs }: GivenModel,
  target: OurTarget,
  onStage: (name: string) => void,
): Promise<PreparedModel> {
  const model = await loadModule(await compile(graph, { inline: false, target, onStage }));
  const given = Object.fromEntries(Object.entries(inputs).map(([name, { data }]: [string, Tensor]) => [name, data]));
  return { run: () => void model.run(given), outputs: () => Promise.resolve(model.run(given)) };
}
