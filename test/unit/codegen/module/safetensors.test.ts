import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { layOutWeights, writeSafetensors } from "../../../../src/codegen/module/safetensors.js";
import { elementTypes, isElementType } from "../../../../src/ir/types/element-type.js";
import { elementCount } from "../../../../src/ir/types/shape.js";
import { tensor, type Tensor } from "../../../../src/ir/types/tensor.js";
import { hostileNames } from "../../../support/hostile-names.js";
import { readSafetensors } from "../../../support/safetensors-oracle.js";

const anyTensor: fc.Arbitrary<Tensor> = fc
  .tuple(fc.constantFrom(...Object.keys(elementTypes).filter(isElementType)), fc.array(fc.nat(4), { maxLength: 3 }))
  .map(([type, shape]) =>
    tensor(
      type,
      shape,
      Array.from({ length: elementCount(shape) }, (_, index) => (type === "bool" ? index % 2 : index + 1)),
    ),
  );
const anyName = fc.oneof(fc.constantFrom("w", "w#2", "weight", ...hostileNames), fc.string());
const anyTensors = fc.array(fc.record({ name: anyName, tensor: anyTensor }), { maxLength: 8 });

describe("a weights file", () => {
  it("is one that follows the format's rules, and holds every tensor", () => {
    fc.assert(
      fc.property(anyTensors, (tensors) => {
        const layout = layOutWeights(tensors.map((each) => each.tensor));
        const { bytes, start } = writeSafetensors(tensors, layout, { model: "m" });
        const read = readSafetensors(bytes);
        expect(read.metadata).toEqual({ model: "m" });
        expect(start % 8).toBe(0);
        expect(read.tensors).toHaveLength(tensors.length);
        const byOffset = (index: number) =>
          read.tensors.find(({ begin, bytes: { length } }) => length > 0 && begin === layout.offsets[index]);
        tensors.forEach(({ tensor: { data, shape, elementType } }, index) => {
          if (data.length === 0) return;
          expect(layout.offsets[index]).toSatisfy((offset: number) => offset % data.BYTES_PER_ELEMENT === 0);
          const found = byOffset(index);
          expect(found?.dtype).toBe(elementType.toUpperCase());
          expect(found?.shape).toEqual(shape);
          expect(found?.bytes).toEqual(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
        });
      }),
    );
  });

  it("keeps names, and tells apart those that are the same", () => {
    const one = tensor("f32", [1], [1]);
    const tensors = ["w", "w", "w#2", "__metadata__", "w"].map((name) => ({ name, tensor: one }));
    const { bytes } = writeSafetensors(tensors, layOutWeights(tensors.map((each) => each.tensor)), {});
    expect(readSafetensors(bytes).tensors.map(({ name }) => name)).toEqual([
      "w",
      "w#2",
      "w#2#2",
      "__metadata__#2",
      "w#3",
    ]);
  });
});
