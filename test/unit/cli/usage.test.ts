/** Command lines themselves: help, exit codes, errors as text and as data, colours, and a bug of ours. */
import { describe, expect, test, vi } from "vitest";
import { commandTable } from "../../../src/cli/command-table.js";
import { version } from "../../../src/version.js";
import { failureOf, fileWith, output, unstride } from "../../support/command.js";
import { upsample } from "../../support/small-models.js";

const names = Object.keys(commandTable);

describe("help", () => {
  test("lists every command with what it takes", async () => {
    const text = await output(["--help"]);
    for (const [name, { takes }] of Object.entries(commandTable)) expect(text).toContain(`  ${name} ${takes}`);
    expect(await output(["help"])).toBe(text);
  });

  test.each(names)("of %s has --json and examples that name it", async (name) => {
    const text = await output([name, "--help"]);
    expect(text).toContain("--json");
    expect(text).toMatch(new RegExp(`^Examples?:\\n  unstride ${name} `, "m"));
    expect(text).toContain(`Usage: unstride ${name} `);
    expect(await output(["help", name])).toBe(text);
  });

  test("no command is help and a wrong command line", async () => {
    const { code, out, err } = await unstride([]);
    expect({ code, out }).toEqual({ code: 2, out: "" });
    expect(err).toContain("Usage: unstride");
  });

  test("--version is the package's", async () => {
    expect(await output(["--version"])).toBe(`${version}\n`);
  });
});

describe("a wrong command line ends with 2", () => {
  const lines: readonly (readonly string[])[] = [
    ["compil", "x.onnx"],
    ["--frobnicate"],
    ...names.map((name) => [name, "--frobnicate"]),
    ...names.map((name) => [name]),
    ["compile", "a.onnx", "b.onnx"],
    ["bench", "a.onnx", "--rounds", "3"],
    ["compile", "x.onnx", "--algorithm", "magic"],
    ["help", "frobnicate"],
  ];
  test.each(lines.map((line) => [line.join(" "), line] as const))("%s", async (_, line) => {
    const { code, err, out } = await unstride(line);
    expect({ code, out }).toEqual({ code: 2, out: "" });
    expect(err).toMatch(/^command\/\w+ {2}/);
    expect(err).toContain("\n  remedy    ");
  });

  test.each(["", "x", "x=", "x=1xx3", "x=1x-3", "x=1e3", "x=1x3.5", "x=9999999999999999"])(
    "--shape %j",
    async (text) => {
      const argv = ["print", fileWith("net.onnx", upsample), `--shape=${text}`];
      // A scalar has no sizes: the model refuses it, not the command.
      expect(await failureOf(argv)).toEqual(
        text === "x=" ? { code: 1, codes: ["import/input-shape"] } : { code: 2, codes: ["command/option"] },
      );
    },
  );

  test.each(["N", "N=", "N=x", "N=-1", "N=1x2"])("--dimension %j", async (text) => {
    const argv = ["print", fileWith("net.onnx", upsample), `--dimension=${text}`];
    expect(await failureOf(argv)).toEqual({ code: 2, codes: ["command/option"] });
  });

  test("naming an input twice", async () => {
    const argv = ["print", fileWith("net.onnx", upsample), "--shape", "x=1x1x2x2", "--shape", "x=1x1x3x3"];
    expect(await failureOf(argv)).toEqual({ code: 2, codes: ["command/option"] });
  });
});

describe("names of the command line are any strings", () => {
  test.each(["__proto__", "constructor", "a=b", "a b"])("--shape %j=1x2 is an input there is not", async (name) => {
    const argv = ["print", fileWith("net.onnx", upsample), "--shape", `${name}=1x2`];
    expect((await failureOf(argv)).codes).toContain("import/unknown-input");
  });
});

describe("errors", () => {
  test("are text on standard error", async () => {
    const { code, out, err } = await unstride(["compile", "/absent/net.onnx"]);
    expect({ code, out }).toEqual({ code: 1, out: "" });
    expect(err).toBe(
      [
        "command/file  a file cannot be read or written",
        "  at        /absent/net.onnx",
        "  found     no such file or folder",
        "  remedy    check the path and its permissions",
        "",
      ].join("\n"),
    );
  });

  test("are data on standard output with --json, with the place in words and in parts", async () => {
    const text = 'graph "g" () -> () {\n  %y = rleu()\n}\n';
    const { code, out, err } = await unstride(["print", fileWith("net.txt", text), "--json"]);
    expect({ code, err }).toEqual({ code: 1, err: "" });
    const [error] = (JSON.parse(out) as { readonly errors: readonly Record<string, unknown>[] }).errors;
    expect(error).toMatchObject({
      code: "text/unknown-op",
      at: "net.txt:2:8",
      location: { kind: "text", source: "net.txt", line: 2, column: 8 },
    });
    expect(error?.["remedy"]).toEqual(expect.any(String));
  });

  test("a folder, and a link out of the model's folder, are no files", async () => {
    expect(await failureOf(["inspect", "/"])).toEqual({ code: 1, codes: ["command/file"] });
  });
});

test("a bug of ours ends with 70 and asks for a report", async () => {
  const spy = vi.spyOn(commandTable["print"] as (typeof commandTable)[string], "load");
  spy.mockImplementation(() => Promise.reject(new TypeError("x is not a function")));
  const { code, out, err } = await unstride(["print", "net.onnx"]);
  expect({ code, out }).toEqual({ code: 70, out: "" });
  expect(err).toContain("internal/unexpected  TypeError: x is not a function");
  expect(err).toContain("This is a bug in unstride.");
  const json = await unstride(["print", "net.onnx", "--json"]);
  expect(json.code).toBe(70);
  expect(JSON.parse(json.out)).toEqual({ errors: [{ code: "internal/unexpected", title: "x is not a function" }] });
  spy.mockRestore();
});

describe("colours", () => {
  const file = fileWith("net.onnx", upsample);
  const bound = ["--shape", "x=1x1x4x4"];
  const lines: readonly (readonly string[])[] = [
    ["inspect", file, ...bound],
    ["explain", file, ...bound],
    ["shape", "conv2d", "--input", "1x4x4x1", "--kernel", "3"],
  ];
  test.each(lines.map((line) => [line[0], line] as const))(
    "%s has them where there is a terminal only",
    async (_, line) => {
      const [plain, coloured] = [await unstride(line), await unstride(line, { color: true })];
      expect(plain.out).not.toContain("\u001b");
      expect(coloured.out).toContain("\u001b[1m");
      // eslint-disable-next-line no-control-regex
      expect(coloured.out.replace(/\u001b\[\d+m/g, "")).toBe(plain.out);
    },
  );
});
