import { Project, ts } from "ts-morph";
import { describe, expect, it } from "vitest";
import { stringLiteral } from "../../../../src/codegen/javascript/literal.js";
import { emitKernelModule } from "../../../../src/codegen/module/emit-kernel.js";
import type { Emitted } from "../../../../src/codegen/module/options.js";
import { hostileNames } from "../../../support/hostile-names.js";
import { textOf } from "../../../support/import-module.js";
import { addTwiceProgram, copyProgram, emitTiny, port, printTestKernel } from "../../../support/tiny-programs.js";

const libraries = {
  es2022: ["lib.es2022.d.ts"],
  esnext: ["lib.esnext.d.ts"],
  browser: ["lib.es2022.d.ts", "lib.dom.d.ts"],
};
const projects = new Map<string, Project>();

/** A strict project with the declarations of an engine; kept, since its library takes a second to check. */
function projectOf(library: keyof typeof libraries): Project {
  const kept = projects.get(library);
  if (kept) return kept;
  const project = new Project({
    useInMemoryFileSystem: true,
    compilerOptions: {
      strict: true,
      exactOptionalPropertyTypes: true,
      noUncheckedIndexedAccess: true,
      types: [],
      lib: libraries[library],
      module: ts.ModuleKind.ESNext,
      moduleResolution: ts.ModuleResolutionKind.Bundler,
      target: ts.ScriptTarget.ES2022,
    },
  });
  projects.set(library, project);
  return project;
}

/** What TypeScript has against a program that imports the emitted module as "./model.js". */
function complaints(emitted: Emitted, userText: string, library: keyof typeof libraries = "es2022"): string[] {
  const project = projectOf(library);
  project.createSourceFile("/model.d.ts", textOf(emitted, ".d.ts"), { overwrite: true });
  const text = `import { load, type Model } from "./model.js";\nexport async function use() {\n${userText}\n}\n`;
  project.createSourceFile("/user.ts", text, { overwrite: true });
  return project
    .getPreEmitDiagnostics()
    .filter((each) => each.getSourceFile()?.getFilePath().startsWith("/node_modules") !== true)
    .map((each) => `${each.getCode()} ${ts.flattenDiagnosticMessageText(each.compilerObject.messageText, " ")}`);
}

describe("the declarations of a module", () => {
  it("admit a program that is right", async () => {
    const emitted = await emitTiny(addTwiceProgram(), "side");
    const program = `
      const model: Model = await load();
      const { y } = model.run({ x: new Float32Array(6) });
      const results: Float32Array = y;
      model.runInto({ x: results }, { y: new Float32Array(6) });
      const shape: readonly [2, 3] = model.signature.inputs.x.shape;
      const type: "f32" = model.signature.outputs.y.type;
      const given = [new ArrayBuffer(1), new Uint8Array(1), "w", { href: "w" }, Promise.resolve("w")] as const;
      for (const weights of given) await load({ weights });
      return [shape, type];`;
    expect(complaints(emitted, program)).toEqual([]);
    const fetched =
      "await load({ weights: fetch('w') }); await load({ weights: new URL('w', 'x:') }); await load({ weights: new Blob() });";
    expect(complaints(emitted, fetched, "browser")).toEqual([]);
  });

  it.each([
    ["a missing input", "(await load()).run({});", /2345 .*Property 'x' is missing/],
    ["an unknown input", "(await load()).run({ x: new Float32Array(6), z: 1 });", /2353 .*'z' does not exist/],
    ["another array", "(await load()).run({ x: new Float64Array(6) });", /2322 .*Float64Array/],
    ["an unknown output", "(await load()).run({ x: new Float32Array(6) }).z;", /2339 Property 'z' does not exist/],
    ["another shape", "const s: readonly [3, 2] = (await load()).signature.inputs.x.shape; return s;", /2322/],
    ["weights for a module that carries them", "await load({ weights: new ArrayBuffer(1) });", /2322 .*undefined/],
  ])("refuse %s", async (_, program, message) => {
    expect(complaints(await emitTiny(addTwiceProgram(), "inline"), program).join("\n")).toMatch(message);
  });

  it("know every name, however strange", async () => {
    const inputs = hostileNames.map((name) => port(name, "f32", [1, 2]));
    const outputs = hostileNames.map((name) => port(name, "i32", [3]));
    const emitted = await emitTiny({ ...copyProgram(inputs, inputs), outputs: inputs, name: "*/ ${`" });
    expect(outputs).toHaveLength(inputs.length);
    const given = hostileNames.map((name) => `[${stringLiteral(name)}]: new Float32Array(2)`).join(",\n");
    const used = hostileNames.map((name) => `results[${stringLiteral(name)}] satisfies Float32Array;`).join("\n");
    const program = `const results = (await load()).run({ ${given} });\n${used}`;
    expect(complaints(emitted, program)).toEqual([]);
    const missing = `(await load()).run({ ${given.split(",\n").slice(1).join(",\n")} });`;
    expect(complaints(emitted, missing).join()).toMatch(/2345 .*Property '(?:""|'')?' is missing/);
  });

  it("know f16 as bits, and as Float16Array where TypeScript does", async () => {
    const emitted = await emitTiny(copyProgram([port("x", "f16", [1])], [port("y", "f16", [1])]));
    const bits = "const { y } = (await load()).run({ x: new Uint16Array(1) }); y satisfies Uint16Array;";
    expect(complaints(emitted, bits)).toEqual([]);
    const half =
      "const { y } = (await load({ float16: true })).run({ x: new Float16Array(1) }); y satisfies Float16Array; (await load()).runInto({ x: y }, { y });";
    expect(complaints(emitted, half, "esnext")).toEqual([]);
    expect(complaints(emitted, bits.replace("satisfies Uint16Array", "satisfies Float32Array")).join()).toMatch(/1360/);
  });

  it("say in words what each array holds", async () => {
    const emitted = await emitTiny(
      copyProgram([port("x", "f32", [1, 3, 320, 320])], [port("y", "f32", [1, 3, 320, 320])]),
    );
    expect(textOf(emitted, ".d.ts")).toContain("/** f32[1,3,320,320], row-major: 307200 elements, 1.23 MB */");
  });
});

describe("the declarations of a kernel", () => {
  it("admit what is right and refuse what is wrong", async () => {
    const emitted = await emitKernelModule(
      copyProgram([port("a", "f32", [6]), port("b", "i64", [2])], [port("c", "f32", [6]), port("d", "i64", [2])]),
      {
        name: "copies",
        summary: "Copies.",
        version: "0.1.0",
        sourceHash: "none",
        options: {},
        printKernel: printTestKernel,
      },
    );
    const frame = (call: string): string[] => {
      const program = `import { copies } from "./kernel.js"; ${call}`;
      const project = projectOf("es2022");
      project.createSourceFile("/kernel.d.ts", textOf(emitted, ".d.ts"), { overwrite: true });
      const file = project.createSourceFile("/kernel-user.ts", program, { overwrite: true });
      return file.getPreEmitDiagnostics().map((each) => String(each.getCode()));
    };
    expect(frame("copies(new Float32Array(6), new BigInt64Array(2)).d satisfies BigInt64Array;")).toEqual([]);
    expect(
      frame("copies(new Float32Array(6), new BigInt64Array(2), new Float32Array(6), new BigInt64Array(2));"),
    ).toEqual([]);
    expect(frame("copies(new Float32Array(6));")).toEqual(["2554"]);
    expect(frame("copies(new Float32Array(6), new Float32Array(2));")).toEqual(["2345"]);
  });
});
