/** What a command loads: starting is quick because nothing heavy is imported before it is needed. */
import { existsSync, readFileSync } from "node:fs";
import { dirname, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { Project, ts } from "ts-morph";
import { describe, expect, test } from "vitest";

const source = fileURLToPath(new URL("../../../src/", import.meta.url));

/** Files and packages that are loaded with a file of src: what it imports as values, and what that imports. */
function loadedWith(file: string): ReadonlySet<string> {
  const loaded = new Set<string>();
  const pending = [resolve(source, file)];
  for (let path = pending.pop(); path !== undefined; path = pending.pop()) {
    const name = relative(source, path);
    if (loaded.has(name)) continue;
    loaded.add(name);
    for (const specifier of importsOf(path)) {
      if (specifier.startsWith(".")) pending.push(resolve(dirname(path), specifier.replace(/\.js$/, ".ts")));
      else loaded.add(specifier);
    }
  }
  return loaded;
}

const project = new Project({ useInMemoryFileSystem: true });

/** Specifiers of imports that are still there when types are gone; those of `import()` are not among them. */
function importsOf(path: string): readonly string[] {
  expect(existsSync(path), path).toBe(true);
  const { outputText } = ts.transpileModule(readFileSync(path, "utf8"), {
    compilerOptions: { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2022, verbatimModuleSyntax: true },
  });
  const file = project.createSourceFile("module.js", outputText, { overwrite: true });
  return [...file.getImportDeclarations(), ...file.getExportDeclarations()].flatMap(
    (declaration) => declaration.getModuleSpecifierValue() ?? [],
  );
}

/** What commands that only tell have no business with. */
const heavy = /^(ts-morph|wabt|npyjs|@bufbuild\/protobuf.*|frontends\/onnx\/.*)$/;
const heavyIn = (file: string): readonly string[] => [...loadedWith(file)].filter((name) => heavy.test(name));

describe("nothing heavy is loaded", () => {
  test("to start, for --help and --version: no command either", () => {
    const loaded = loadedWith("cli/main.ts");
    expect(loaded).toContain("cli/program.ts");
    expect(loaded).toContain("commander");
    expect([...loaded].filter((name) => /^(compile|ir|passes|codegen|frontends|cli\/commands)\b/.test(name))).toEqual(
      [],
    );
    expect(heavyIn("cli/main.ts")).toEqual([]);
  });

  test("for shape: geometry alone", () => {
    const loaded = [...loadedWith("cli/commands/shape.ts")];
    expect(loaded.filter((name) => /^(compile|passes|codegen|frontends|ir\/ops)\b/.test(name))).toEqual([]);
  });

  test.each(["kernel", "compile", "print", "explain", "check", "bench"])("for %s --help", (name) => {
    expect(heavyIn(`cli/commands/${name}.ts`)).toEqual([]);
  });

  test("the check finds what is there", () => {
    expect(heavyIn("frontends/onnx/import-model.ts").length).toBeGreaterThan(3);
    expect(loadedWith("cli/commands/run.ts")).toContain("npyjs");
  });
});
