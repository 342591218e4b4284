/** One model for each way a model file can be wrong: a code without a row here does not compile. */
import { expect, test } from "vitest";
import { formatDiagnostic } from "../../../../../src/diagnostics/error.js";
import { model, type GraphSpec, type ModelSpec } from "../../../../support/onnx-writer.js";
import { problemsOf, relu, type ReaderCode } from "./failures.js";

const deepType = (levels: number): GraphSpec =>
  levels === 0 ? relu : { ...relu, nodes: [{ operator: "If", attributes: { a: { graph: deepType(levels - 1) } } }] };

const models: Readonly<Record<ReaderCode, Uint8Array | (ModelSpec & GraphSpec)>> = {
  "import/malformed": Uint8Array.of(0x3c, 0x21),
  "import/limit": deepType(40),
  "import/missing": { irVersion: 10, graph: undefined },
  "import/version": { ...relu, opset: 99 },
  "import/attribute": {
    ...relu,
    nodes: [{ operator: "A", inputs: ["x"], outputs: ["y"], attributes: { a: { nothing: true } } }],
  },
  "import/element-type": { ...relu, initializers: [{ name: "w", type: 8 }] },
  "import/sparse-tensor": { ...relu, sparseInitializers: [{ name: "w", floats: [1] }] },
  "import/tensor-shape": { ...relu, inputs: [{ name: "x", shape: [2n ** 62n] }] },
  "import/tensor-data": { ...relu, initializers: [{ name: "w", shape: [2], floats: [1] }] },
  "import/external-location": { ...relu, initializers: [{ name: "w", external: { location: "/w" } }] },
  "import/external-data": { ...relu, initializers: [{ name: "w", external: { location: "w" } }] },
  "import/undefined-value": { ...relu, inputs: [] },
  "import/duplicate-value": { ...relu, inputs: [{ name: "x" }, { name: "y" }] },
  "import/empty-name": { ...relu, inputs: [{ name: "x" }, { name: "" }] },
  "import/cycle": { ...relu, nodes: [{ operator: "Add", inputs: ["x", "y"], outputs: ["y"] }] },
};

test.each(Object.entries(models))("%s", async (code, spec) => {
  const problems = await problemsOf(spec instanceof Uint8Array ? spec : model(spec));
  expect(problems.map((problem) => problem.code)).toEqual([code]);
  for (const problem of problems) expect(formatDiagnostic(problem)).toMatch(/^import\/\S+ {2}\S.*\n {2}at +test\.onnx/);
});

test("an error reads as one", async () => {
  const bytes = model({ ...relu, initializers: [{ name: "w", shape: [2, 3], floats: [1] }] });
  expect((await problemsOf(bytes)).map(formatDiagnostic).join("\n")).toBe(
    [
      "import/tensor-data  the data of a tensor do not fit its shape and element type",
      '  at        test.onnx, tensor "w"',
      "  expected  6 numbers in float_data, or raw_data for f32[2,3]",
      "  found     1",
      "  remedy    export the model again; onnx.checker.check_model finds such tensors",
    ].join("\n"),
  );
});
