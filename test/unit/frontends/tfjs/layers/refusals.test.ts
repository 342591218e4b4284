/** What of layers models is refused: every problem at its layer, with what to do. */
import { expect, test } from "vitest";
import type { Json } from "../../../../../src/frontends/tfjs/json.js";
import { formatDiagnostic, UnstrideError } from "../../../../../src/diagnostics/error.js";
import {
  called,
  functional,
  inputLayer,
  layersFiles,
  sequential,
  type Weights,
} from "../../../../support/layers-model-examples.js";
import { imported, type Options } from "./importing.js";

const x = inputLayer("x", [1, 2]);
const ends = [[["x", 0, 0]], [["y", 0, 0]]] as const;
const model = (...layers: readonly Json[]) => functional([x, ...layers], ...ends);
const relu = (config: Readonly<Record<string, Json>> = {}) => model(called("ReLU", "y", config, [["x", 0, 0]]));
const dense = model(called("Dense", "y", { units: 2 }, [["x", 0, 0]]));

const refused: Readonly<Record<string, readonly [code: string, topology: Json, weights?: Weights, options?: Options]>> =
  {
    "a layer that waits for itself": [
      "import/cycle",
      model(
        called("Add", "y", {}, [
          ["x", 0, 0],
          ["y", 0, 0],
        ]),
      ),
    ],
    "two layers that wait for one another": [
      "import/cycle",
      model(called("ReLU", "y", {}, [["z", 0, 0]]), called("ReLU", "z", {}, [["y", 0, 0]])),
    ],
    "a name twice": ["import/duplicate-value", model(called("ReLU", "x", {}, [["x", 0, 0]]))],
    "an input that is not there": ["import/undefined-value", model(called("ReLU", "y", {}, [["z", 0, 0]]))],
    "a call that is not there": ["import/undefined-value", model(called("ReLU", "y", {}, [["x", 3, 0]]))],
    "a result that is not there": ["import/undefined-value", model(called("ReLU", "y", {}, [["x", 0, 2]]))],
    "an unknown class": ["import/unsupported-operator", model(called("Lambda", "y", {}, [["x", 0, 0]]))],
    "an unknown cell": [
      "import/unsupported-operator",
      sequential(["RNN", { name: "r", cell: { class_name: "Odd", config: {} }, batch_input_shape: [1, 2, 2] }]),
    ],
    "an unknown entry of a config": ["import/unknown-attribute", relu({ slope: 1 })],
    "an entry of another type": ["import/attribute", relu({ max_value: "6" })],
    "an unknown activation": [
      "import/attribute",
      model(called("Activation", "y", { activation: "sin" }, [["x", 0, 0]])),
    ],
    "an unknown option of a call": [
      "import/unknown-attribute",
      model(called("ReLU", "y", {}, [["x", 0, 0, { scale: 2 }]])),
    ],
    "too many inputs": [
      "import/operand",
      model(
        called("ReLU", "y", {}, [
          ["x", 0, 0],
          ["x", 0, 0],
        ]),
      ),
    ],
    "too few dimensions": [
      "import/operand",
      model(called("Conv2D", "y", { filters: 1, kernel_size: 1 }, [["x", 0, 0]])),
    ],
    "no weight": ["import/missing", dense],
    "a weight of another shape": ["import/tensor-shape", dense, { "y/kernel": [3, 2], "y/bias": [2] }],
    "a shape that does not fit": ["import/shape", model(called("Reshape", "y", { target_shape: [3] }, [["x", 0, 0]]))],
    "a size that is free": [
      "import/unbound-dimension",
      sequential(["ReLU", { name: "y", batch_input_shape: [null, 2] }]),
    ],
    "an input that is no number": [
      "import/element-type",
      functional([inputLayer("x", [1], "string")], [["x", 0, 0]], [["x", 0, 0]]),
    ],
    "a shape of another rank": ["import/input-shape", relu(), {}, { shapes: { x: [1, 2, 3] } }],
    "no layers": ["import/missing", sequential()],
    "another class of models": ["import/unsupported-operator", { class_name: "Odd", config: {} }],
    "layers that are no list": ["import/malformed", { class_name: "Model", config: { layers: {} } }],
  };

test.each(Object.entries(refused))("%s", async (_, [code, topology, weights = {}, options = {}]) => {
  const error: unknown = await imported(layersFiles(topology, weights), options).catch((thrown: unknown) => thrown);
  if (!(error instanceof UnstrideError)) throw error;
  expect(error.diagnostics.map((each) => each.code)).toEqual([code]);
  expect(formatDiagnostic(error.diagnostics[0])).toMatch(/\n {2}at +model\.json[\s\S]*\n {2}remedy +\S/);
});

test("all unknown classes are told at once", async () => {
  const layers = model(called("Lambda", "a", {}, [["x", 0, 0]]), called("Odd", "y", {}, [["a", 0, 0]]));
  const error: unknown = await imported(layersFiles(layers)).catch((thrown: unknown) => thrown);
  const found = error instanceof UnstrideError ? error.diagnostics.map((each) => each.found) : [];
  expect(found).toEqual(['Lambda, 1 layer: "a"', 'Odd, 1 layer: "y"']);
});

test("models inside models end somewhere", async () => {
  let inner: Json = called("ReLU", "y", {}, [["x", 0, 0]]);
  for (let depth = 0; depth < 40; depth++) {
    const around = model(inner) as Readonly<Record<string, Json>>;
    inner = { ...around, name: "y", inbound_nodes: [[["x", 0, 0]]] };
  }
  await expect(imported(layersFiles(model(inner)))).rejects.toThrow(/import\/limit/);
});

test("models that call models twice do not multiply without end", async () => {
  let inner: Json = called("ReLU", "y", {}, [["x", 0, 0]]);
  for (let depth = 0; depth < 24; depth++) {
    const around = functional([x, inner], [["x", 0, 0]], [["y", 0, 0]]) as Readonly<Record<string, Json>>;
    const twice = { ...around, name: "z", inbound_nodes: [[["x", 0, 0]], [["z", 0, 0]]] };
    const outer = functional([x, twice], [["x", 0, 0]], [["z", 1, 0]]) as Readonly<Record<string, Json>>;
    inner = { ...outer, name: "y", inbound_nodes: [[["x", 0, 0]]] };
  }
  await expect(imported(layersFiles(model(inner)))).rejects.toThrow(/import\/limit/);
}, 20_000);
