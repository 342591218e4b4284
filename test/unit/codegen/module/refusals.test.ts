/** Files that do not belong to a module, or are no longer whole: refused when loading, with the file's name and the reason. */
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { beforeAll, describe, expect, test } from "vitest";
import { graph } from "../../../../src/frontends/code/graph.js";
import { hasRelaxedSimd } from "../../../../src/runtime/wasm.js";
import {
  dense,
  denseInput as x,
  denseOutput as y,
  emittedModule,
  type EmittedModule,
  type LoadArguments,
  type OwningModule,
} from "../../../support/dense-module.js";
import { importFrom, textOf, writeEmitted } from "../../../support/import-module.js";

const refusal = (code: string, message: RegExp) =>
  expect.objectContaining({ code, message: expect.stringMatching(message) as unknown });

/** One bit of one byte in the middle is another. */
function damaged(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const copy = new Uint8Array(bytes);
  copy.set([(copy[copy.length >> 1] ?? 0) ^ 4], copy.length >> 1);
  return copy;
}

const foreignGraph = graph("dense", (t) => t.output("y", t.relu(t.add(t.input("x", [2, 64]), t.input("z", [2, 64])))));

describe.each(["wasm", "auto"] as const)("a module for the target %s", (target) => {
  let own: EmittedModule;
  let foreign: EmittedModule;
  /** The same model with other weights, and the same model for another target, which packs them otherwise. */
  let others: readonly EmittedModule[];
  beforeAll(async () => {
    own = await emittedModule(dense(), { target });
    foreign = await emittedModule(foreignGraph, { target });
    others = [
      await emittedModule(dense(2), { target }),
      await emittedModule(dense(), { target: "javascript", inline: false }),
    ];
  });
  const loads = (options: LoadArguments) => expect(own.module.load(options));

  test("refuses WebAssembly that is cut, at any length", async () => {
    const bytes = own.file("dense.wasm");
    for (let length = 0; length < bytes.length; length += 41) {
      const message = new RegExp(
        `^the wasm given to load\\(\\) is truncated or another model's: dense\\.wasm has ${bytes.length} bytes, this has ${length}`,
      );
      await loads({ wasm: bytes.subarray(0, length) }).rejects.toEqual(refusal("wasm/mismatch", message));
    }
  });

  test("refuses WebAssembly that is damaged or another model's", async () => {
    const message =
      /^the wasm given to load\(\) is .*another model's: .*dense\.wasm has .*, this has .*Use the file made together/;
    for (const wasm of [
      damaged(own.file("dense.wasm")),
      foreign.file("dense.wasm"),
      new Uint8Array(own.file("dense.wasm").length),
    ]) {
      await loads({ wasm }).rejects.toEqual(refusal("wasm/mismatch", message));
    }
    const compiled = await WebAssembly.compile(foreign.file("dense.wasm"));
    const unnamed =
      /^the wasm given to load\(\) is another model's: it does not export run_[0-9a-f]{8}\. Use dense\.wasm or dense\.relaxed\.wasm/;
    await loads({ wasm: compiled }).rejects.toEqual(refusal("wasm/mismatch", unnamed));
  });

  test("names the file beside it that is at fault, and does without none of them", async () => {
    const { made } = own;
    const side = (name: string, contents?: string | Uint8Array) => {
      const folder = writeEmitted(made);
      const path = join(folder, name);
      if (contents === undefined) rmSync(path);
      else writeFileSync(path, contents);
      const place = pathToFileURL(path).href;
      const load = async () => (await importFrom<OwningModule>(folder, "dense.js")).load({ target: "wasm" });
      return { place, loading: expect(load()) };
    };
    for (const name of ["dense.wasm", "dense.weights.safetensors"]) {
      const option = name.endsWith("wasm") ? "wasm" : "weights";
      const bytes = own.file(name);
      const missing = side(name);
      await missing.loading.rejects.toEqual(
        refusal(`${option}/unreadable`, new RegExp(`^cannot read ${name} \\(file:.*${name}\\): ENOENT`)),
      );
      for (const contents of [bytes.subarray(0, -7), damaged(bytes), "", "<!doctype html>"]) {
        const { place, loading } = side(name, contents);
        await loading.rejects.toEqual(refusal(`${option}/mismatch`, new RegExp(`^${place} is .*${name} has`)));
      }
    }
  });

  test("refuses weights that are cut, damaged, another model's or packed for another target", async () => {
    const bytes = own.file("dense.weights.safetensors");
    const message =
      /^the weights given to load\(\) is .*another model's: .*dense\.weights\.safetensors has .*, this has .*Use the file made together/;
    const wrong = [
      bytes.subarray(0, bytes.length >> 1),
      damaged(bytes),
      ...others.map(({ file }) => file("dense.weights.safetensors")),
    ];
    for (const weights of wrong) await loads({ weights }).rejects.toEqual(refusal("weights/mismatch", message));
    expect((await own.module.load({ weights: bytes })).run({ x })).toEqual({ y });
  });

  test("refuses relaxed SIMD where the engine has none, and names it where it has", async () => {
    const wasm = own.file("dense.relaxed.wasm");
    if (hasRelaxedSimd()) return expect((await own.module.load({ wasm })).target).toBe("wasm-relaxed");
    const message = /^the wasm given to load\(\) is dense\.relaxed\.wasm, and this engine has no relaxed SIMD/;
    await loads({ wasm }).rejects.toEqual(refusal("wasm/unsupported", message));
    await loads({ target: "wasm-relaxed" }).rejects.toEqual(
      refusal("wasm/unsupported", /load\(\) is asked for dense\.relaxed\.wasm/),
    );
  });

  test("says what cannot be read, and what is no target", async () => {
    await loads({ wasm: "./absent.wasm" }).rejects.toEqual(
      refusal("wasm/unreadable", /^cannot read dense\.wasm \(file:.*absent\.wasm\): ENOENT/),
    );
    await loads({ wasm: Promise.reject(new Error("no network")) }).rejects.toEqual(
      refusal(
        "wasm/unreadable",
        /^cannot read dense\.wasm \(the wasm given to load\(\)\): no network\. Give its bytes as load\(\{ wasm \}\)$/,
      ),
    );
    await loads({ wasm: new Response("", { status: 404 }) }).rejects.toEqual(
      refusal("wasm/unreadable", /HTTP status 404/),
    );
    await loads({ wasm: 7 }).rejects.toEqual(refusal("wasm/unreadable", /dense\.wasm/));
    await loads({ target: "webgpu" }).rejects.toEqual(
      refusal("load/target", /target must be .*"wasm" or "wasm-relaxed", found "webgpu"/),
    );
  });

  test("refuses what it carries when that is damaged", async () => {
    const { made } = await emittedModule(dense(), { target, inline: true });
    const text = textOf(made, ".js");
    for (const [name, code] of [
      ["weightsText", "weights/mismatch"],
      ["baselineText", "wasm/mismatch"],
    ] as const) {
      const [, before = "", carried = ""] =
        new RegExp(`^([^]*const ${name} =\\n  ")([A-Za-z0-9+/=]+)";`).exec(text) ?? [];
      const at = before.length + (carried.length >> 1);
      const flipped = text[at] === "A" ? "B" : "A";
      for (const changed of [
        text.slice(0, at) + flipped + text.slice(at + 1),
        text.slice(0, at) + text.slice(at + 4),
      ]) {
        const folder = writeEmitted({ files: [{ path: "dense.js", contents: changed }] });
        const { load } = await importFrom<OwningModule>(folder, "dense.js");
        await expect(load({ target: "wasm" })).rejects.toEqual(
          refusal(code, /^what this file carries is .*dense.* has .*, this has/),
        );
      }
    }
  });
});

describe("the JavaScript beside a module for the target auto", () => {
  const variants: Readonly<
    Record<
      string,
      readonly [change: (own: string, foreign: string) => string | undefined, code: string, message: RegExp]
    >
  > = {
    missing: [
      () => undefined,
      "javascript/unreadable",
      /^cannot import dense\.fallback\.js, which runs where WebAssembly does not: /,
    ],
    cut: [(own) => own.slice(0, own.length >> 1), "javascript/unreadable", /dense\.fallback\.js/],
    "another model's": [
      (_, foreign) => foreign,
      "javascript/mismatch",
      /^dense\.fallback\.js is another model's: its identity is [0-9a-f]{8}, not [0-9a-f]{8}/,
    ],
    "no module of ours": [() => "export default 1;", "javascript/mismatch", /its identity is undefined/],
  };
  test.each(Object.entries(variants))("is refused when it is %s", async (_, [change, code, message]) => {
    const [own, foreign] = [
      await emittedModule(dense(), { target: "auto" }),
      await emittedModule(dense(2), { target: "auto", algorithm: "phases" }),
    ];
    const other = await emittedModule(foreignGraph, { target: "auto" });
    const contents = change(textOf(own.made, ".fallback.js"), textOf(other.made, ".fallback.js"));
    const folder = writeEmitted({ files: own.made.files.filter(({ path }) => path !== "dense.fallback.js") });
    if (contents !== undefined) writeFileSync(join(folder, "dense.fallback.js"), contents);
    const { load } = await importFrom<OwningModule>(folder, "dense.js");
    await expect(load({ target: "javascript" })).rejects.toEqual(refusal(code, message));
    expect((await load({ target: "wasm" })).run({ x })).toEqual({ y });
    expect((await foreign.module.load({ target: "javascript" })).run({ x })).toEqual({ y: y.map((each) => 2 * each) });
  });
});
