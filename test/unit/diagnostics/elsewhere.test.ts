/** Every error of geometry, targets and the command line is raised once, where its users meet it: a code without a row does not compile. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { requireSuite } from "../../../src/cli/commands/bench.js";
import { lower } from "../../../src/compile.js";
import { graph } from "../../../src/frontends/code/graph.js";
import { runCommand } from "../../../src/cli/program.js";
import type { Code } from "../../../src/diagnostics/catalogue.js";
import { UnstrideError } from "../../../src/diagnostics/error.js";
import type { KernelCall, Program, ProgramPort } from "../../../src/ir/program/program.js";
import { tensorflowConv } from "../../../src/ir/geometry/conventions/tensorflow.js";
import { effectiveKernel, fullTransposeSize } from "../../../src/ir/geometry/window.js";
import { checkLimits } from "../../../src/codegen/module/limits.js";
import { placeWeights } from "../../../src/codegen/module/weights.js";

/** A command line, or a call for what command lines are checked against before. */
type Raise = readonly string[] | (() => unknown);
type Category<Area extends string> = Readonly<Record<Extract<Code, `${Area}/${string}`>, Raise>>;

const folder = mkdtempSync(join(tmpdir(), "unstride-errors-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const model = join(folder, "relu.txt");
writeFileSync(model, 'graph "relu" (%x: f32[2] "x") -> (%y "y") {\n  %y = relu(%x) : f32[2]\n}\n');
const notNpy = join(folder, "three.npy");
writeFileSync(notNpy, Buffer.concat([npyHeader("<f4", "(3,)"), Buffer.alloc(12)]));

function npyHeader(type: string, shape: string): Buffer {
  const text = `{'descr': '${type}', 'fortran_order': False, 'shape': ${shape}, }`.padEnd(117) + "\n";
  return Buffer.concat([Buffer.from("\x93NUMPY\x01\x00", "latin1"), Buffer.from([text.length, 0]), Buffer.from(text)]);
}

const transposed = ["shape", "conv2d_transpose", "--input", "1x7x7x8"];

/** Command lines that end in each code. */
const raised: Category<"geometry"> & Category<"command"> = {
  "geometry/size": () => effectiveKernel(0, 1),
  "geometry/overflow": () => fullTransposeSize(2 ** 31 - 1, 3, 2 ** 31 - 1, 2 ** 31 - 1),
  "geometry/rank": () => tensorflowConv({ input: [8], kernel: [3, 3], strides: [1], dilations: [1] }, "SAME"),
  "geometry/window": ["kernel", "conv2d", "--input", "1x2x2x1", "--filter", "3x3x1x1"],
  "geometry/crop": ["kernel", "conv2d_transpose", "--input", "1x1x1x1", "--filter", "3x3x1x1", "--padding", "2:2,2:2"],
  "geometry/output-shape": [
    "kernel",
    "conv2d_transpose",
    "--input",
    "1x7x7x8",
    "--filter",
    "3x3x4x8",
    "--strides",
    "2",
    "--padding",
    "SAME",
    "--output-shape",
    "15x15",
  ],
  "geometry/output-padding": [
    "kernel",
    "conv2d_transpose",
    "--input",
    "1x7x7x8",
    "--filter",
    "3x3x4x8",
    "--padding",
    "0:0,0:0",
    "--output-padding",
    "1",
  ],
  "geometry/convention": ["shape", "ConvTranspose2d", "--input", "1x8x7x7", "--kernel", "3", "--padding", "same"],
  "geometry/underdetermined": [...transposed, "--weights", "1..9"],
  "command/option": ["kernel", "conv2d", "--input", "1xtwo", "--filter", "1"],
  "command/pass": ["print", model, "--after", "magic"],
  "command/file": ["compile", join(folder, "absent.onnx")],
  "command/tensor": ["run", model, "--input", `x=${notNpy}`, "--output", folder],
  "command/kernel": ["kernel", "conv4d", "--input", "1"],
  "command/node": ["explain", model, "--node", "absent"],
  "command/peer": ["bench", model, "--against", "ort", "--peers-from", folder],
  "command/suite": () => requireSuite("layers", join(folder, "run.mjs")),
  "command/usage": ["compile", "--no-such-option", model],
};

describe("every error of geometry and commands can be raised", () => {
  test.each(Object.entries<Raise>(raised))("%s", async (code, raise) => {
    if (typeof raise === "function") return expect(async () => raise()).rejects.toThrow(code);
    const written: string[] = [];
    const io = { out: (text: string) => written.push(text), err: (text: string) => written.push(text), color: false };
    const exit = await runCommand(raise, io);
    expect(written.join("")).toContain(code);
    expect(written.join("")).toContain("  remedy    ");
    expect([1, 2]).toContain(exit);
  });
});

const emptyProgram: Program = {
  name: "empty",
  inputs: [],
  outputs: [],
  arenaBytes: 0,
  segments: [],
  kernels: [],
  calls: [],
};

const ofTargets: Readonly<Record<Extract<Code, `target/${string}`>, () => void>> = {
  "target/memory": () => checkLimits({ ...emptyProgram, arenaBytes: 2 ** 31 + 8 }),
  "target/ports": () => checkLimits({ ...emptyProgram, inputs: new Array<ProgramPort>(1001) }),
  "target/code": () => checkLimits({ ...emptyProgram, calls: new Array<KernelCall>(2 ** 17 + 1) }),
  "target/inline-weights": () => {
    const layout = { data: new Uint8Array(2 ** 28 + 1), offsets: [] };
    placeWeights({ tensors: [], layout }, "inline", { file: "", module: "", name: "", version: "" });
  },
  "target/weight-range": () => {
    const model = graph("large", (t) => {
      t.output("y", t.matmul(t.input("x", [1, 2]), t.parameter("w", [2, 2], Float32Array.of(1, 2, 3, 70000))));
    });
    void lower(model, { weights: "f16" });
  },
};

describe("every error of targets can be raised", () => {
  test.each(Object.entries(ofTargets))("%s", (code, act) => {
    expect(act).toThrow(UnstrideError);
    expect(act).toThrow(code);
  });
});
