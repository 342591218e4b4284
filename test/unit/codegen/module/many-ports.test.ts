import { describe, expect, it } from "vitest";
import type { ProgramPort } from "../../../../src/ir/program/program.js";
import { auditModule } from "../../../support/audit-module.js";
import { importEmitted, textOf, type Arrays } from "../../../support/import-module.js";
import { copyProgram, emitTiny, port } from "../../../support/tiny-programs.js";

const ports = (letter: string, count: number): ProgramPort[] =>
  Array.from({ length: count }, (_, i) => port(`${letter}${i}`, "f32", [2]));

/** A number in each array of `letter`, shifted by the array's own. */
const arrays = (letter: string, count: number, from: number): Arrays =>
  Object.fromEntries(Array.from({ length: count }, (_, i) => [`${letter}${i}`, Float32Array.of(from + i, -i)]));

describe("a model of a thousand ports", () => {
  const count = 500;
  const emitted = emitTiny(copyProgram(ports("x", count), ports("y", count)));

  it("is a module of moderate size that passes the audit", async () => {
    expect(textOf(await emitted, ".js").length).toBeLessThan(600_000);
    expect(auditModule(textOf(await emitted, ".js"))).toEqual([]);
  });

  it("runs, and keeps arrays apart", async () => {
    const model = await (await importEmitted(await emitted)).load();
    const [x, y] = [arrays("x", count, 3), arrays("y", count, 0)];
    expect(model.run(x)).toEqual(arrays("y", count, 3));
    model.runInto(x, y);
    expect(y).toEqual(arrays("y", count, 3));
    const refused = (change: Arrays) => () => model.runInto(x, { ...y, ...change });
    expect(refused({ y7: x["x499"] })).toThrow('input "x499" and output "y7" share memory');
    expect(refused({ y499: y["y0"] })).toThrow('output "y0" and output "y499" share memory');
  });
});
