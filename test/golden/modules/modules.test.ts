/** Whole modules of tiny programs, as a reader of the project sees what is generated, and as reviews see what changes. */
import { describe, expect, it } from "vitest";
import { emitKernelModule } from "../../../src/codegen/module/emit-kernel.js";
import type { Emitted } from "../../../src/codegen/module/options.js";
import { expectGolden } from "../../support/golden.js";
import { addTwiceProgram, copyProgram, emitTiny, port, printTestKernel } from "../../support/tiny-programs.js";

/** Text files as they are; weights as lines of hexadecimal. */
function expectFiles({ files }: Emitted, folder: string): void {
  expect(files.length).toBeGreaterThan(1);
  for (const { path, contents } of files) {
    const text = typeof contents === "string" ? contents : hexadecimal(contents);
    expectGolden(text, `expected/${folder}/${path}`, import.meta.url);
  }
}

function hexadecimal(bytes: Uint8Array): string {
  return Buffer.from(bytes)
    .toString("hex")
    .replace(/.{1,64}/g, "$&\n");
}

describe("golden modules", () => {
  it("with weights in a side file", async () => {
    expectFiles(await emitTiny(addTwiceProgram(), "side"), "side");
  });

  it("with weights inlined", async () => {
    expectFiles(await emitTiny(addTwiceProgram(), "inline"), "inline");
  });

  it("with f16 ports and names that are no identifiers", async () => {
    const ports = [port("*/ input.1", "f16", [2, 1]), port("__proto__", "i64", [])];
    expectFiles(await emitTiny(copyProgram(ports, ports)), "names");
  });

  it("of a single kernel", async () => {
    const emitted = await emitKernelModule(addTwiceProgram(), {
      name: "add_twice",
      summary: "y = x + w + w.",
      version: "0.1.0",
      sourceHash: "none",
      options: {},
      printKernel: printTestKernel,
    });
    expectFiles(emitted, "kernel");
  });
});
