import { describe, expect, it } from "vitest";
import { InternalError } from "../../../../src/diagnostics/error.js";
import type { Argument, Program } from "../../../../src/ir/program/program.js";
import { verifyProgram } from "../../../../src/ir/program/verify.js";
import { tensor } from "../../../../src/ir/types/tensor.js";
import { addTwiceProgram, chainProgram, copyProgram, port, rowProgram } from "../../../support/tiny-programs.js";

/** The program with argument `index` of call `at` replaced. */
function withArgument(program: Program, at: number, index: number, argument: Argument): Program {
  const calls = program.calls.map((call, position) =>
    position === at ? { ...call, arguments: call.arguments.with(index, argument) } : call,
  );
  return { ...program, calls };
}

describe("verifyProgram", () => {
  const bits = copyProgram([port("x", "i32", [2])], [port("y", "i32", [2])]);
  it.each([
    ["through the arena", addTwiceProgram()],
    ["of many calls", chainProgram(50)],
    ["with a repeating kernel", rowProgram(4)],
    ["that copies floats as their bits", { ...bits, inputs: [port("x", "f32", [2])] }],
    ["with empty tensors", copyProgram([port("x", "f32", [0])], [port("y", "f32", [0])])],
  ])("takes a program %s", (_, program) => {
    expect(() => verifyProgram(program)).not.toThrow();
  });

  const good = addTwiceProgram();
  const [first] = good.calls;
  const cases: readonly (readonly [string, Program, RegExp])[] = [
    ["a kernel that does not exist", { ...good, kernels: [] }, /call 0 .* names kernel 0/],
    [
      "a wrong number of arguments",
      { ...good, calls: first ? [{ ...first, arguments: first.arguments.slice(1) }] : [] },
      /gives add 2 arguments/,
    ],
    ["memory beyond the arena", { ...good, arenaBytes: 28 }, /add\(c\) touches 2 \+ 6 of 7 elements/],
    ["a negative offset", withArgument(good, 0, 2, { kind: "arena", offset: -1 }), /touches -1 \+ 6/],
    ["a fraction of an element", withArgument(good, 0, 2, { kind: "arena", offset: 0.5 }), /touches 0\.5/],
    [
      "an input that does not exist",
      withArgument(good, 0, 0, { kind: "input", port: 1, offset: 0 }),
      /input that does not exist/,
    ],
    ["a segment that does not exist", { ...good, segments: [] }, /weights that does not exist/],
    [
      "memory of another element type",
      { ...good, inputs: [port("x", "i32", [2, 3])] },
      /add\(a\) is f32, its memory i32/,
    ],
    ["integers over elements of another size", { ...bits, inputs: [port("x", "f64", [2])] }, /is i32, its memory f64/],
    ["a write to an input", withArgument(good, 0, 2, { kind: "input", port: 0, offset: 0 }), /writes to input/],
    ["a write to weights", withArgument(good, 0, 2, { kind: "weights", segment: 0, offset: 0 }), /writes to weights/],
    ["a read before the write", { ...good, calls: good.calls.toReversed() }, /reads a before anything wrote it/],
    ["an output nobody writes", { ...good, calls: good.calls.slice(0, 1) }, /no call writes output "y"/],
    ["two inputs of one name", { ...good, inputs: [...good.inputs, ...good.inputs] }, /share a name: \["x","x"\]/],
    ["an impossible arena", { ...good, arenaBytes: -8 }, /the arena has -8 bytes/],
    [
      "weights of the wrong size",
      { ...good, segments: [{ name: "w", data: { ...tensor("f32", [6]), shape: [7] } }] },
      /segment "w" has a wrong size/,
    ],
  ];

  it.each(cases)("refuses %s", (_, program, message) => {
    expect(() => verifyProgram(program)).toThrow(InternalError);
    expect(() => verifyProgram(program)).toThrow(message);
  });
});
