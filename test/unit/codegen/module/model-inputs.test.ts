import { runInNewContext } from "node:vm";
import { beforeAll, describe, expect, it } from "vitest";
import { importEmitted, type Arrays, type LoadedModel } from "../../../support/import-module.js";
import { copyProgram, emitTiny, port } from "../../../support/tiny-programs.js";

let model: LoadedModel;
beforeAll(async () => {
  const program = copyProgram(
    [port("image", "f32", [1, 2, 3]), port("ids", "i64", [2])],
    [port("copy", "f32", [1, 2, 3]), port("same", "i64", [2])],
  );
  model = await (await importEmitted(await emitTiny(program))).load();
});

const image = Float32Array.of(1, 2, 3, 4, 5, 6);
const ids = BigInt64Array.of(7n, -(2n ** 40n));
const outputs = (): Arrays => ({ copy: new Float32Array(6), same: new BigInt64Array(2) });

/** What a call throws, as its class, code and message. */
function refusal(call: () => unknown): string {
  try {
    call();
  } catch (error) {
    if (error instanceof Error && "code" in error) return `${error.name} ${String(error.code)}: ${error.message}`;
    throw error;
  }
  return "nothing";
}

describe("wrong inputs of run", () => {
  const image0 = 'input "image" must be f32[1,2,3] (a Float32Array of length 6)';
  const cases: readonly (readonly [string, unknown, string])[] = [
    [
      "missing",
      { ids },
      `TypeError run/missing-input: input "image" is missing: it must be f32[1,2,3] (a Float32Array of length 6)`,
    ],
    [
      "undefined",
      { image: undefined, ids },
      `TypeError run/missing-input: input "image" is missing: it must be f32[1,2,3] (a Float32Array of length 6)`,
    ],
    [
      "too short",
      { image: new Float32Array(5), ids },
      `RangeError run/wrong-length: ${image0}, found Float32Array of length 5`,
    ],
    [
      "another class",
      { image: new Float64Array(6), ids },
      `TypeError run/wrong-type: ${image0}, found Float64Array of length 6`,
    ],
    ["a list", { image: [1, 2, 3, 4, 5, 6], ids }, `TypeError run/wrong-type: ${image0}, found Array of length 6`],
    [
      "a view of bytes",
      { image: new DataView(new ArrayBuffer(24)), ids },
      `TypeError run/wrong-type: ${image0}, found DataView`,
    ],
    ["null", { image: null, ids }, `TypeError run/wrong-type: ${image0}, found Null`],
    ["a number", { image: 3, ids }, `TypeError run/wrong-type: ${image0}, found Number`],
    ["a string", { image: "abcdef", ids }, `TypeError run/wrong-type: ${image0}, found String`],
    ["a function", { image: () => 0, ids }, `TypeError run/wrong-type: ${image0}, found Function`],
    [
      "numbers for a 64-bit input",
      { image, ids: new Int32Array(2) },
      'TypeError run/wrong-type: input "ids" must be i64[2] (a BigInt64Array of length 2), found Int32Array of length 2',
    ],
    [
      "an unknown name",
      { image, ids, Image: image },
      'TypeError run/unknown-input: input "Image" is unknown: the model\'s inputs are "image", "ids"',
    ],
    [
      "a misspelt name",
      { imagee: image, ids },
      'TypeError run/unknown-input: input "imagee" is unknown: the model\'s inputs are "image", "ids"',
    ],
    [
      "an inherited name",
      Object.create({ image, ids }),
      `TypeError run/missing-input: input "image" is missing: it must be f32[1,2,3] (a Float32Array of length 6)`,
    ],
    [
      "no inputs",
      undefined,
      `TypeError run/missing-input: input "image" is missing: it must be f32[1,2,3] (a Float32Array of length 6)`,
    ],
    [
      "null for inputs",
      null,
      `TypeError run/missing-input: input "image" is missing: it must be f32[1,2,3] (a Float32Array of length 6)`,
    ],
    [
      "the array itself",
      image,
      'TypeError run/unknown-input: input "0" is unknown: the model\'s inputs are "image", "ids"',
    ],
  ];

  it.each(cases)("%s", (_, inputs, message) => {
    expect(refusal(() => model.run(inputs as Arrays))).toBe(message);
    expect(refusal(() => model.runInto(inputs as Arrays, outputs()))).toBe(message);
  });

  it("a detached array", () => {
    const gone = image.slice();
    structuredClone(gone.buffer, { transfer: [gone.buffer] });
    expect(refusal(() => model.run({ image: gone, ids }))).toMatch(
      /run\/wrong-length: .* found Float32Array of length 0/,
    );
  });
});

describe("wrong outputs of runInto", () => {
  it("are named as inputs are", () => {
    const into = (change: Arrays): string => refusal(() => model.runInto({ image, ids }, { ...outputs(), ...change }));
    expect(into({})).toBe("nothing");
    expect(into({ copy: undefined })).toMatch(/^TypeError run\/missing-output: output "copy" is missing/);
    expect(into({ copy: new Float32Array(7) })).toMatch(
      /^RangeError run\/wrong-length: output "copy" must be f32\[1,2,3\]/,
    );
    expect(into({ copy: new Int32Array(6) })).toMatch(/^TypeError run\/wrong-type/);
    expect(into({ other: image })).toMatch(/^TypeError run\/unknown-output: output "other"/);
  });

  it("may not share memory with an input or with one another", () => {
    const memory = new ArrayBuffer(64);
    const first = new Float32Array(memory, 0, 6);
    const run = (input: Float32Array, copy: Float32Array, same = new BigInt64Array(2)): string =>
      refusal(() => model.runInto({ image: input, ids }, { copy, same }));
    expect(run(first, first)).toBe(
      'RangeError run/overlap: input "image" and output "copy" share memory: give each array its own',
    );
    expect(run(first, new Float32Array(memory, 20, 6))).toMatch(/run\/overlap/);
    expect(run(first, new Float32Array(memory, 24, 6))).toBe("nothing");
    expect(run(image, first, new BigInt64Array(memory, 16, 2))).toMatch(/output "copy" and output "same"/);
    expect(run(image, first, new BigInt64Array(memory, 24, 2))).toBe("nothing");
  });
});

describe("inputs that are as good", () => {
  it("arrays of another realm", () => {
    const foreign = runInNewContext("Float32Array.of(1, 2, 3, 4, 5, 6)") as Float32Array;
    expect(foreign).not.toBeInstanceOf(Float32Array);
    expect(model.run({ image: foreign, ids })).toEqual({ copy: image, same: ids });
    const into = runInNewContext("new Float32Array(6)") as Float32Array;
    model.runInto({ image, ids }, { copy: into, same: new BigInt64Array(2) });
    expect([...into]).toEqual([...image]);
  });

  it("objects without a prototype, and names an object inherits", () => {
    const bare = Object.assign(Object.create(null) as Arrays, { image, ids });
    expect(model.run(bare)).toEqual({ copy: image, same: ids });
    const derived = Object.assign(Object.create({ inherited: 1 }) as Arrays, { image, ids });
    expect(model.run(derived)).toEqual({ copy: image, same: ids });
  });

  it("pieces of larger and of shared memory", () => {
    const shared = new Float32Array(new SharedArrayBuffer(40), 8, 6);
    shared.set(image);
    expect(model.run({ image: shared, ids })).toEqual({ copy: image, same: ids });
  });
});
