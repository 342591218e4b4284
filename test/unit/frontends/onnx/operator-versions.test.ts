/** Operators as older operator sets have them; the backend suite knows only the newest forms. */
import { describe, expect, test } from "vitest";
import { tensor } from "../../../../src/ir/types/tensor.js";
import { imported, int64s, refusal, run, single } from "./importing.js";

const f32 = (shape: readonly number[], ...values: readonly number[]) => tensor("f32", shape, values);
const ints = (...values: readonly number[]) => ({ ints: values });

describe("attributes that became operands", () => {
  test("Clip 6", async () => {
    const attributes = { min: { float: -1 }, max: { float: 2 } };
    const spec = single("Clip", 10, { inputs: [{ name: "x", shape: [3] }], attributes });
    expect(await run(spec, { x: f32([3], -5, 1, 5) })).toEqual({ y: [-1, 1, 2] });
  });

  test("Clip with bounds that are inputs, one left out", async () => {
    const inputs = [
      { name: "x", shape: [3] },
      { name: "high", shape: [] },
    ];
    const spec = single("Clip", 13, { inputs, operands: ["x", "", "high"] });
    expect(await run(spec, { x: f32([3], -5, 1, 5), high: f32([], 2) })).toEqual({ y: [-5, 1, 2] });
  });

  test("Slice 1, and Slice 10 backwards", async () => {
    const x = { name: "x", shape: [2, 4] };
    const old = { axes: ints(1), starts: ints(-3), ends: ints(2 ** 31) };
    const values = { x: f32([2, 4], 0, 1, 2, 3, 4, 5, 6, 7) };
    expect(await run(single("Slice", 9, { inputs: [x], attributes: old }), values)).toEqual({ y: [1, 2, 3, 5, 6, 7] });
    const initializers = [int64s("starts", -1), int64s("ends", -(2n ** 63n)), int64s("axes", 1), int64s("steps", -2)];
    const backwards = single("Slice", 13, { inputs: [x], initializers });
    expect(await run(backwards, values)).toEqual({ y: [3, 1, 7, 5] });
  });

  test("Split 2, and the equal pieces of all versions", async () => {
    const inputs = [{ name: "x", shape: [5] }];
    const values = { x: f32([5], 1, 2, 3, 4, 5) };
    const outputs = ["y", "z"];
    const uneven = single("Split", 11, { inputs, outputs, attributes: { split: ints(2, 3) } });
    expect(await run(uneven, values)).toEqual({ y: [1, 2], z: [3, 4, 5] });
    const counted = single("Split", 18, { inputs, outputs, attributes: { num_outputs: { int: 2 } } });
    expect(await run(counted, values)).toEqual({ y: [1, 2, 3], z: [4, 5] });
    expect((await refusal(single("Split", 13, { inputs, outputs })))[0]?.code).toBe("import/shape");
  });

  test("Squeeze 1, Unsqueeze 1", async () => {
    const squeezed = single("Squeeze", 12, {
      inputs: [{ name: "x", shape: [1, 2, 1] }],
      attributes: { axes: ints(-1) },
    });
    expect((await imported(squeezed)).outputs[0]?.value.type.shape).toEqual([1, 2]);
    const unsqueezed = single("Unsqueeze", 12, {
      inputs: [{ name: "x", shape: [2] }],
      attributes: { axes: ints(2, 0) },
    });
    expect((await imported(unsqueezed)).outputs[0]?.value.type.shape).toEqual([1, 2, 1]);
  });

  test("ReduceSum 11 and 13, ReduceMean 17, no axes", async () => {
    const inputs = [{ name: "x", shape: [2, 2] }];
    const values = { x: f32([2, 2], 1, 2, 3, 5) };
    const attributes = { axes: ints(0), keepdims: { int: 0 } };
    expect(await run(single("ReduceSum", 12, { inputs, attributes }), values)).toEqual({ y: [4, 7] });
    expect(await run(single("ReduceMean", 17, { inputs, attributes }), values)).toEqual({ y: [2, 3.5] });
    expect(await run(single("ReduceMax", 17, { inputs }), values)).toEqual({ y: [5] });
    const noop = { noop_with_empty_axes: { int: 1 } };
    expect(await run(single("ReduceSum", 13, { inputs, attributes: noop }), values)).toEqual({ y: [1, 2, 3, 5] });
  });

  test("Pad 2", async () => {
    const attributes = { pads: ints(1, -1), value: { float: 9 } };
    const spec = single("Pad", 10, { inputs: [{ name: "x", shape: [3] }], attributes });
    expect(await run(spec, { x: f32([3], 1, 2, 3) })).toEqual({ y: [9, 1, 2] });
  });

  test("Pad with a value that is an input", async () => {
    const inputs = [
      { name: "x", shape: [2] },
      { name: "value", shape: [] },
    ];
    const spec = single("Pad", 13, { inputs, initializers: [int64s("pads", 1, 0)], operands: ["x", "pads", "value"] });
    expect(await run(spec, { x: f32([2], 1, 2), value: f32([], 7) })).toEqual({ y: [7, 1, 2] });
  });

  test("Upsample 7 and 9, Resize 10: nearest takes the element before", async () => {
    const inputs = [{ name: "x", shape: [1, 1, 2] }];
    const values = { x: f32([1, 1, 2], 1, 2) };
    const expected = { y: [1, 1, 2, 2] };
    const scales = { floats: [1, 1, 2] };
    expect(await run(single("Upsample", 7, { inputs, attributes: { scales } }), values)).toEqual(expected);
    const initializers = [{ name: "scales", shape: [3], ...scales }];
    expect(await run(single("Upsample", 9, { inputs, initializers }), values)).toEqual(expected);
    expect(await run(single("Resize", 10, { inputs, initializers }), values)).toEqual(expected);
  });

  test("Dropout 7 and 12 do nothing, and say so in the mask", async () => {
    const inputs = [{ name: "x", shape: [2] }];
    const outputs = ["y", "mask"];
    const old = single("Dropout", 7, { inputs, outputs, attributes: { ratio: { float: 0.9 } } });
    expect(await run(old, { x: f32([2], 1, 2) })).toEqual({ y: [1, 2], mask: [1, 1] });
    expect((await imported(old)).outputs[1]?.value.type.elementType).toBe("f32");
    const newer = single("Dropout", 13, { inputs, outputs });
    expect((await imported(newer)).outputs[1]?.value.type.elementType).toBe("bool");
  });
});

describe("meanings that changed", () => {
  const x = f32([2, 2], 0, Math.log(3), 0, 0);
  const inputs = [{ name: "x", shape: [2, 2] }];

  test("Softmax 1 is over all dimensions from its axis on, Softmax 13 over one", async () => {
    const rounded = async (opset: number, axis: number) => {
      const { y = [] } = await run(single("Softmax", opset, { inputs, attributes: { axis: { int: axis } } }), { x });
      return y.map((value) => Math.round(Number(value) * 1000) / 1000);
    };
    expect(await rounded(12, 0)).toEqual([0.167, 0.5, 0.167, 0.167]);
    expect(await rounded(13, 0)).toEqual([0.5, 0.75, 0.5, 0.25]);
    expect(await rounded(12, 1)).toEqual(await rounded(13, 1));
  });

  test("BatchNormalization 7 may have parameters for each element", async () => {
    const parameter = (name: string, ...values: readonly number[]) => ({ name, shape: [1, 2], floats: values });
    const initializers = [parameter("s", 1, 2), parameter("b", 0, 1), parameter("m", 1, 1), parameter("v", 1, 4)];
    const attributes = { spatial: { int: 0 }, epsilon: { float: 0 } };
    const spec = single("BatchNormalization", 8, {
      inputs: [{ name: "x", shape: [1, 1, 2] }],
      initializers,
      attributes,
    });
    expect(await run(spec, { x: f32([1, 1, 2], 3, 5) })).toEqual({ y: [2, 5] });
    expect((await refusal({ ...spec, opset: 9 }))[0]).toMatchObject({
      code: "import/unknown-attribute",
      found: '"spatial"',
    });
  });

  test("GroupNormalization 18 has parameters for groups, 21 for channels", async () => {
    const values = { x: f32([1, 4, 1], 1, 3, 5, 9) };
    const attributes = { num_groups: { int: 2 }, epsilon: { float: 0 } };
    const of = (opset: number, scale: readonly number[]) => {
      const initializers = [
        { name: "scale", shape: [scale.length], floats: scale },
        { name: "bias", shape: [scale.length], floats: scale.map(() => 0) },
      ];
      return run(
        single("GroupNormalization", opset, { inputs: [{ name: "x", shape: [1, 4, 1] }], initializers, attributes }),
        values,
      );
    };
    expect(await of(18, [1, 2])).toEqual({ y: [-1, 1, -2, 2] });
    expect(await of(21, [1, 2, 3, 4])).toEqual({ y: [-1, 2, -3, 4] });
  });

  test("Reshape: 0 keeps a size, or with allowzero is one", async () => {
    const spec = (opset: number, allowzero: number, shape: readonly number[]) =>
      single("Reshape", opset, {
        inputs: [{ name: "x", shape: [0, 3] }],
        initializers: [int64s("shape", ...shape)],
        attributes: opset < 14 ? {} : { allowzero: { int: allowzero } },
      });
    const shapeOf = async (...parts: Parameters<typeof spec>) =>
      (await imported(spec(...parts))).outputs[0]?.value.type.shape;
    expect(await shapeOf(13, 0, [0, 3])).toEqual([0, 3]);
    expect(await shapeOf(14, 1, [3, 0])).toEqual([3, 0]);
    expect((await refusal(spec(14, 0, [3, 0])))[0]?.code).toBe("import/shape");
  });

  test("AveragePool counts declared padding, and never what ceil_mode adds", async () => {
    const attributes = {
      kernel_shape: ints(2),
      strides: ints(2),
      pads: ints(1, 0),
      ceil_mode: { int: 1 },
      count_include_pad: { int: 1 },
    };
    const spec = single("AveragePool", 19, { inputs: [{ name: "x", shape: [1, 1, 4] }], attributes });
    expect(await run(spec, { x: f32([1, 1, 4], 2, 4, 6, 8) })).toEqual({ y: [1, 5, 8] });
  });

  test("MaxPool numbers positions row-major, or with storage_order 1 column-major", async () => {
    const attributes = { kernel_shape: ints(2, 2) };
    const of = (storage: number) =>
      run(
        single("MaxPool", 12, {
          inputs: [{ name: "x", shape: [1, 1, 2, 3] }],
          attributes: { ...attributes, storage_order: { int: storage } },
          outputs: ["y", "indices"],
        }),
        { x: f32([1, 1, 2, 3], 1, 2, 9, 3, 4, 5) },
      );
    expect(await of(0)).toEqual({ y: [4, 9], indices: [4n, 2n] });
    expect(await of(1)).toEqual({ y: [4, 9], indices: [3n, 4n] });
  });

  test("auto_pad: the odd pad goes to the end for SAME_UPPER, to the start for SAME_LOWER", async () => {
    const w = { name: "w", shape: [1, 1, 2], floats: [1, 10] };
    const of = (mode: string) =>
      run(
        single("Conv", 11, {
          inputs: [{ name: "x", shape: [1, 1, 2] }],
          initializers: [w],
          attributes: { auto_pad: { string: mode } },
        }),
        { x: f32([1, 1, 2], 1, 2) },
      );
    expect(await of("SAME_UPPER")).toEqual({ y: [21, 2] });
    expect(await of("SAME_LOWER")).toEqual({ y: [10, 21] });
    expect(await of("VALID")).toEqual({ y: [21] });
  });
});

describe("operator sets 1 to 6", () => {
  const image = { name: "x", shape: [1, 2, 1, 2] };
  const values = { x: f32([1, 2, 1, 2], 1, -2, 3, -4) };

  test("Add 6 stretches its second operand from an axis on", async () => {
    const inputs = [image, { name: "b", shape: [2] }];
    const attributes = { axis: { int: 1 }, broadcast: { int: 1 } };
    const both = { ...values, b: f32([2], 10, 20) };
    expect(await run(single("Add", 6, { inputs, attributes }), both)).toEqual({ y: [11, 8, 23, 16] });
    const last = { broadcast: { int: 1 } };
    expect(await run(single("Add", 6, { inputs, attributes: last }), both)).toEqual({ y: [11, 18, 13, 16] });
    expect((await refusal(single("Add", 6, { inputs })))[0]?.code).toBe("import/operand");
  });

  test("PRelu 6 has a slope for each channel", async () => {
    const inputs = [image, { name: "slope", shape: [2] }];
    const given = { ...values, slope: f32([2], 2, 3) };
    expect(await run(single("PRelu", 6, { inputs }), given)).toEqual({ y: [1, -4, 3, -12] });
  });

  test("Reshape 1 has its shape as an attribute, and names what it may overwrite", async () => {
    const attributes = { shape: ints(0, -1), consumed_inputs: ints(0) };
    const graph = await imported(single("Reshape", 1, { inputs: [image], attributes }));
    expect(graph.outputs[0]?.value.type.shape).toEqual([1, 4]);
  });

  test("Pad 1, Upsample 1", async () => {
    const pads = { paddings: ints(0, 0, 0, 1, 0, 0, 0, 0), value: { float: 9 } };
    expect(await run(single("Pad", 1, { inputs: [image], attributes: pads }), values)).toEqual({
      y: [9, 1, -2, 9, 3, -4],
    });
    const scales = { height_scale: { float: 1 }, width_scale: { float: 2 } };
    expect(await run(single("Upsample", 1, { inputs: [image], attributes: scales }), values)).toEqual({
      y: [1, 1, -2, -2, 3, 3, -4, -4],
    });
  });
});

describe("operators that were withdrawn", () => {
  const image = { name: "x", shape: [1, 2, 1, 2] };
  const values = { x: f32([1, 2, 1, 2], 1, 2, 3, 4) };

  test("ImageScaler, Affine, Scale", async () => {
    const attributes = { scale: { float: 2 }, bias: { floats: [10, 20] } };
    expect(await run(single("ImageScaler", 8, { inputs: [image], attributes }), values)).toEqual({
      y: [12, 14, 26, 28],
    });
    const affine = { alpha: { float: 3 }, beta: { float: -1 } };
    expect(await run(single("Affine", 8, { inputs: [image], attributes: affine }), values)).toEqual({
      y: [2, 5, 8, 11],
    });
    expect(await run(single("Scale", 8, { inputs: [image], attributes: { scale: { float: 0.5 } } }), values)).toEqual({
      y: [0.5, 1, 1.5, 2],
    });
  });

  test("Crop takes a border away, or what is left of it to a size", async () => {
    const x = { name: "x", shape: [1, 1, 3, 3] };
    const given = { x: f32([1, 1, 3, 3], 0, 1, 2, 3, 4, 5, 6, 7, 8) };
    const border = { border: ints(1, 0, 1, 1) };
    expect(await run(single("Crop", 8, { inputs: [x], attributes: border }), given)).toEqual({ y: [1, 4] });
    const sized = { border: ints(1, 1, 0, 0), scale: ints(1, 2) };
    expect(await run(single("Crop", 8, { inputs: [x], attributes: sized }), given)).toEqual({ y: [4, 5] });
  });
});
