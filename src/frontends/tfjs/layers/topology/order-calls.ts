/** Calls in an order in which each comes after those whose results it takes, as near to the file's own as can be. */
import { fail } from "../../../../diagnostics/error.js";
import { quoted } from "../../../../diagnostics/quoted.js";
import type { LayerCall, LayersModel, ModelPort, ValueReference } from "./layers-model.js";

/** The model with its calls in order. Fails with `import/cycle`. */
export function orderCalls(model: LayersModel, at: string): LayersModel {
  const order = orderOf(model.calls.map(dependencies));
  if (order.length < model.calls.length) {
    const done = new Set(order);
    const stuck = model.calls.find((_, i) => !done.has(i));
    const found = `the layer ${quoted(stuck?.layer.name ?? "")} waits for its own result`;
    const remedy = "recurrence is a layer of its own (LSTM, GRU, SimpleRNN); a model has no cycles";
    fail("import/cycle", { at, found, remedy });
  }
  const places = new Map(order.map((call, place) => [call, place]));
  const moved = ({ call, result }: ValueReference): ValueReference => ({ call: places.get(call) ?? 0, result });
  const port = ({ name, value }: ModelPort): ModelPort => ({ name, value: moved(value) });
  return {
    ...model,
    calls: order.map((i) => withReferences(model.calls[i], moved)),
    inputs: model.inputs.map(port),
    outputs: model.outputs.map(port),
  };
}

function dependencies({ inputs, options }: LayerCall): readonly number[] {
  const named = [...options.values()].flatMap((option) => (option.kind === "value" ? [option.value] : []));
  return [...inputs, ...named].map(({ call }) => call);
}

function withReferences(call: LayerCall, moved: (reference: ValueReference) => ValueReference): LayerCall {
  const options = [...call.options].map(([name, option]) => {
    return [name, option.kind === "value" ? { ...option, value: moved(option.value) } : option] as const;
  });
  return { ...call, inputs: call.inputs.map(moved), options: new Map(options) };
}

/** Kahn's algorithm; what is on a cycle, or behind one, is left out. */
function orderOf(needs: readonly (readonly number[])[]): readonly number[] {
  const missing = needs.map((list) => list.length);
  const users: number[][] = needs.map(() => []);
  needs.forEach((list, i) => list.forEach((needed) => users[needed].push(i)));
  const order = missing.flatMap((count, i) => (count === 0 ? [i] : []));
  for (let next = 0; next < order.length; next++)
    for (const user of users[order[next]]) if (--missing[user] === 0) order.push(user);
  return order;
}
