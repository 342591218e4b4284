import { BinaryWriter, WireType } from "@bufbuild/protobuf/wire";
import { describe, expect, test } from "vitest";
import { decodeMessage, maximumDepth, maximumItems } from "../../../../../src/frontends/onnx/proto/decode-message.js";
import { modelProto, tensorProto } from "../../../../../src/frontends/onnx/proto/tables.js";
import { model, nested, tensorFile, type GraphSpec } from "../../../../support/onnx-writer.js";
import { codesOf, problemsOf, relu } from "./failures.js";

const decode = (bytes: Uint8Array): ReturnType<typeof decodeMessage> => decodeMessage(modelProto, bytes, "test.onnx");
const written = (write: (writer: BinaryWriter) => unknown): Uint8Array => {
  const writer = new BinaryWriter();
  write(writer);
  return writer.finish();
};

describe("what protobuf allows", () => {
  test("repeated numbers come packed, one by one, or both", () => {
    const bytes = written((writer) => {
      writer.tag(1, WireType.Varint).int64(2);
      nested(writer, 1, (list) => list.int64(3).int64(-4));
      writer.tag(1, WireType.Varint).int64(5);
    });
    expect(decodeMessage(tensorProto, bytes, "t").dims?.values()).toEqual(BigInt64Array.of(2n, 3n, -4n, 5n));
  });

  test("lists longer than their first capacity keep every number", () => {
    const floats = Array.from({ length: 1000 }, (_, index) => index / 4);
    const { floatData } = decodeMessage(tensorProto, tensorFile({ shape: [1000], floats }), "t");
    expect(Array.from(floatData?.values() ?? [])).toEqual(floats);
  });

  test("of a value given twice the last counts, a message given twice is merged", () => {
    const bytes = written((writer) => {
      writer.tag(1, WireType.Varint).int64(3).tag(1, WireType.Varint).int64(9);
      nested(writer, 7, (graph) => graph.tag(2, WireType.LengthDelimited).string("first"));
      nested(writer, 7, (graph) => nested(graph, 1, (node) => node.tag(4, WireType.LengthDelimited).string("Relu")));
    });
    expect(decode(bytes)).toEqual({ irVersion: 9n, graph: { name: "first", node: [{ opType: "Relu" }] } });
  });

  test("fields newer than the tables are skipped", () => {
    const bytes = written((writer) => {
      writer.tag(900, WireType.Varint).int64(1).tag(901, WireType.Bit32).float(1).tag(902, WireType.Bit64).double(1);
      writer.tag(903, WireType.LengthDelimited).string("later").tag(1, WireType.Varint).int64(10);
    });
    expect(decode(bytes)).toEqual({ irVersion: 10n });
  });

  test("text that is not UTF-8 is read with replacement characters", () => {
    const bytes = written((writer) =>
      writer.tag(2, WireType.LengthDelimited).bytes(Uint8Array.of(0x61, 0xff, 0xfe, 0x62)),
    );
    expect(decode(bytes)).toEqual({ producerName: "a\ufffd\ufffdb" });
  });
});

describe("what is refused", () => {
  const whole = model(relu);

  test("a file that ends early, wherever it ends", async () => {
    for (let length = 0; length < whole.length; length++) {
      const problems = await problemsOf(whole.subarray(0, length));
      expect(problems.length, `cut at ${length}`).toBeGreaterThan(0);
    }
  });

  test.each([
    ["a Git LFS pointer", "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a2146\nsize 4745517\n"],
    ["a web page", "<!DOCTYPE html><html><body>Not found</body></html>"],
    ["JSON", '{"format":"graph-model"}'],
    ["zeros", "\0".repeat(64)],
  ])("%s", async (_, text) => {
    expect((await problemsOf(new TextEncoder().encode(text)))[0]?.code).toBe("import/malformed");
  });

  test.each<[string, (writer: BinaryWriter) => unknown]>([
    ["a number where text belongs", (writer) => writer.tag(2, WireType.Varint).int64(1)],
    ["text where a number belongs", (writer) => writer.tag(1, WireType.LengthDelimited).string("x")],
    ["a float where a message belongs", (writer) => writer.tag(7, WireType.Bit32).float(1)],
    ["a known field as a group", (writer) => writer.tag(7, WireType.StartGroup).tag(7, WireType.EndGroup)],
    ["an unknown field as a group", (writer) => writer.tag(99, WireType.StartGroup).tag(99, WireType.EndGroup)],
    ["the end of a group", (writer) => writer.tag(99, WireType.EndGroup)],
    ["a length beyond the file", (writer) => writer.tag(7, WireType.LengthDelimited).uint32(0xffffffff)],
    ["a length of 64 bits", (writer) => writer.tag(7, WireType.LengthDelimited).int64(2n ** 40n)],
    ["a varint without end", (writer) => writer.raw(new Uint8Array(64).fill(0xff))],
    ["field number 0", (writer) => writer.raw(Uint8Array.of(0, 0))],
    ["a field beyond its message", (writer) => nested(writer, 7, (graph) => graph.raw(Uint8Array.of(0x12, 5, 0x61)))],
    ["a packed number beyond its list", (writer) => nestedDims(writer, Uint8Array.of(0x80))],
  ])("%s", (_, write) => {
    const bytes = written((writer) => {
      write(writer);
      writer.tag(2, WireType.LengthDelimited).string("after");
    });
    expect(() => decode(bytes)).toThrow(/import\/malformed/);
  });

  test("an error says the byte and the path to the field", async () => {
    const bytes = written((writer) =>
      nested(writer, 7, (graph) => {
        nested(graph, 1, () => undefined);
        nested(graph, 1, (node) => node.tag(4, WireType.Varint).int64(1));
      }),
    );
    const problems = await problemsOf(bytes);
    expect(problems[0]?.at).toBe("test.onnx, byte 7, in ModelProto.graph.node[1].opType");
  });
});

/** A tensor whose packed dims hold `list`. */
function nestedDims(writer: BinaryWriter, list: Uint8Array): void {
  nested(writer, 7, (graph) => nested(graph, 5, (tensor) => tensor.tag(1, WireType.LengthDelimited).bytes(list)));
}

describe("limits", () => {
  const deep = (levels: number): GraphSpec =>
    levels === 0
      ? relu
      : { ...relu, nodes: [{ operator: "If", attributes: { then_branch: { graph: deep(levels - 1) } } }] };

  test("graphs nest as deep as protobuf's own libraries read", async () => {
    const levels = Math.floor((maximumDepth - 2) / 3);
    expect(await codesOf({ ...deep(levels - 1), outputs: [] })).not.toContain("import/limit");
    expect(await codesOf(deep(levels + 1))).toEqual(["import/limit"]);
  });

  test("a file of empty messages ends at the limit, soon and in little memory", async () => {
    const graph = new Uint8Array(2 * (maximumItems + 1));
    for (let i = 0; i < graph.length; i += 2) graph[i] = 0x0a;
    const bytes = written((writer) => writer.tag(7, WireType.LengthDelimited).bytes(graph));
    const start = performance.now();
    expect((await problemsOf(bytes))[0]?.code).toBe("import/limit");
    expect(performance.now() - start).toBeLessThan(5000);
  });
});
