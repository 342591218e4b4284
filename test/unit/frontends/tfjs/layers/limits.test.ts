/** Layers models that ask for much, or for nothing where something must be: refused before anything is made of them. */
import { expect, test } from "vitest";
import { UnstrideError } from "../../../../../src/diagnostics/error.js";
import type { Json } from "../../../../../src/frontends/tfjs/json.js";
import { called, functional, inputLayer, layersFiles, sequential } from "../../../../support/layers-model-examples.js";
import { imported } from "./importing.js";

async function codeOf(topology: Json): Promise<string> {
  try {
    await imported(layersFiles(topology));
    return "a graph";
  } catch (error) {
    if (error instanceof UnstrideError) return error.code;
    throw error;
  }
}

test("a cut of hundreds of millions of rows is refused", async () => {
  const cut = { name: "c", height: 5e8, width: 1, batch_input_shape: [5e8, 1, 1] };
  const layers = functional(
    [inputLayer("x", [5e8, 1, 1]), called("CenterCrop", "c", cut, [["x", 0, 0]])],
    [["x", 0, 0]],
    [["c", 0, 0]],
  );
  expect(await codeOf(layers)).toBe("import/limit");
});

const rnn = (cell: Json) => sequential(["RNN", { name: "r", cell, batch_input_shape: [1, 2, 2] }]);

test("a stack of no cells is refused", async () => {
  expect(await codeOf(rnn({ class_name: "StackedRNNCells", config: { cells: [] } }))).toBe("import/attribute");
});

test("stacks of cells in one another end somewhere", async () => {
  let cell: Json = { class_name: "SimpleRNNCell", config: { units: 2 } };
  for (let depth = 0; depth < 40; depth++) cell = { class_name: "StackedRNNCells", config: { cells: [cell] } };
  expect(await codeOf(rnn(cell))).toBe("import/limit");
});

const eachStep = (layer: Json, name: string) => ({ class_name: "TimeDistributed", config: { name, layer } });

test("layers around layers end somewhere", async () => {
  let layer: Json = { class_name: "ReLU", config: { name: "y" } };
  for (let depth = 0; depth < 40; depth++) layer = eachStep(layer, `t${depth}`);
  const outermost = [
    "TimeDistributed",
    { name: "outer", layer, batch_input_shape: new Array<number>(50).fill(1) },
  ] as const;
  expect(await codeOf(sequential(outermost))).toBe("import/limit");
});

test("a layer with 200 000 inputs is imported", async () => {
  const inputs = new Array<Json>(200_000).fill(["x", 0, 0]);
  const layers = functional(
    [inputLayer("x", [1]), called("Concatenate", "c", {}, inputs)],
    [["x", 0, 0]],
    [["c", 0, 0]],
  );
  expect(await codeOf(layers)).toBe("a graph");
});
