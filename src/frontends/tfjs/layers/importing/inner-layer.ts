/** The layer or cell that another layer has in its config, `{ class_name, config }`. */
import { refuse } from "../../../importing/node-questions.js";
import { describeJson, isObject, type JsonObject } from "../../json.js";
import { snakeCase } from "./config-kinds.js";
import type { InnerLayer, LayerContext } from "./layer.js";

/** Fails with `import/attribute`. */
export function innerOf(context: LayerContext, given: JsonObject | undefined): InnerLayer {
  const entries = new Map(Object.entries(given ?? {}).map(([name, value]) => [snakeCase(name), value]));
  const [className, config] = [entries.get("class_name"), entries.get("config")];
  if (typeof className === "string" && isObject(config)) return { className, config };
  const expected = `{ class_name, config } of a layer in ${context.node.operator}`;
  return refuse(context, "import/attribute", { expected, found: describeJson(given) });
}
