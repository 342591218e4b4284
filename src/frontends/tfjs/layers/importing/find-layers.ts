/** Which classes of layers a model uses, and which of them there is no row for. */
import { diagnostic, UnstrideError } from "../../../../diagnostics/error.js";
import { quoted } from "../../../../diagnostics/quoted.js";
import { isList, isObject, type Json } from "../../json.js";
import type { LayersModel } from "../topology/layers-model.js";
import { isModelClass } from "../topology/topology-reading.js";
import type { FindLayer } from "./run-model.js";

/** A class with the layers of it. */
export interface ClassUse {
  readonly className: string;
  readonly layers: readonly string[];
  readonly isSupported: boolean;
}

/** All classes of a model and of models and wrappers within, in order of appearance. */
export function findClasses(model: LayersModel, find: FindLayer): readonly ClassUse[] {
  const uses = new Map<string, Set<string>>();
  const note = (className: string, layer: string) => {
    const layers = uses.get(className) ?? new Set<string>();
    uses.set(className, layers.add(layer));
  };
  const visit = ({ calls }: LayersModel): void => {
    for (const { layer } of calls) {
      if (layer.model !== undefined) visit(layer.model);
      else if (layer.input === undefined) {
        note(layer.className, layer.name);
        for (const inner of innerClasses(layer.config)) note(inner, layer.name);
      }
    }
  };
  visit(model);
  return [...uses].map(([className, layers]) => {
    return { className, layers: [...layers], isSupported: find(className) !== undefined };
  });
}

/** Classes of the layer that a wrapper repeats; cells are looked at by the layers that have them. */
function innerClasses(config: Readonly<Record<string, Json>>): readonly string[] {
  const { layer } = config;
  if (!isObject(layer) || isList(layer)) return [];
  const className = layer["class_name"] ?? layer["className"];
  return typeof className === "string" && !isModelClass(className) ? [className] : [];
}

/** More names are not listed. */
const listedLayers = 8;

/** `Lambda, 2 layers: "a", "b"` */
export function describeUse({ className, layers }: ClassUse): string {
  const count = `${layers.length} ${layers.length === 1 ? "layer" : "layers"}`;
  const names = layers.slice(0, listedLayers).map(quoted).join(", ");
  return `${quoted(className).slice(1, -1)}, ${count}: ${names}${layers.length > listedLayers ? ", …" : ""}`;
}

/** Fails with `import/unsupported-operator` for each class that is not known, all at once. */
export function checkClasses(model: LayersModel, find: FindLayer, source: string): void {
  const unsupported = findClasses(model, find).filter(({ isSupported }) => !isSupported);
  if (unsupported.length === 0) return;
  const remedy =
    "register the layer as one of your own: --layer Name=./layers.js, or layers: { Name } in code; see docs/tfjs-layers.md";
  const problems = unsupported
    .slice(0, 100)
    .map((use) => diagnostic("import/unsupported-operator", { at: source, found: describeUse(use), remedy }));
  throw new UnstrideError(problems);
}
