// The layer table of ARCHITECTURE.md, section 3: who may import whom.
const only = (name, from, ...allowed) => ({
  name,
  severity: "error",
  comment: `src/${from} may import only ${allowed.join(", ") || "itself"}`,
  from: { path: `^src/${from}` },
  to: { path: "^src/", pathNot: [`^src/${from}`, ...allowed.map((place) => `^src/${place}`)] },
});
const package_ = (name, package_, home) => ({
  name,
  severity: "error",
  comment: `${package_} lives in ${home} only`,
  from: { path: "^src/", pathNot: `^src/${home}` },
  to: { path: `node_modules/${package_}/` },
});

module.exports = {
  forbidden: [
    { name: "no-cycles", severity: "error", from: { path: "^src" }, to: { circular: true } },
    only("diagnostics-alone", "diagnostics/"),
    only("runtime-alone", "runtime/"),
    only("ir-layer", "ir/", "diagnostics/"),
    only("passes-layer", "passes/", "diagnostics/", "ir/"),
    only("codegen-layer", "codegen/", "diagnostics/", "ir/", "runtime/"),
    only("frontends-layer", "frontends/", "diagnostics/", "ir/"),
    only("compile-layer", "compile", "diagnostics/", "ir/", "passes/", "codegen/", "frontends/", "version"),
    only("cli-layer", "cli/", "diagnostics/", "ir/", "frontends/", "compile", "index", "version"),
    {
      name: "node-only-in-cli",
      severity: "error",
      comment: "the compiler also runs in browsers",
      from: { path: "^src", pathNot: "^src/cli/" },
      to: { dependencyTypes: ["core"] },
    },
    package_("ts-morph-home", "ts-morph", "codegen/module/"),
    package_("wabt-home", "wabt", "codegen/wasm/"),
    package_("commander-home", "commander", "cli/"),
    package_("npyjs-home", "npyjs", "cli/"),
    package_("protobuf-home", "@bufbuild/protobuf", "frontends/onnx/"),
    {
      name: "no-unlisted-package",
      severity: "error",
      from: { path: "^src" },
      to: { dependencyTypes: ["npm-dev", "npm-no-pkg", "npm-unknown", "unknown", "undetermined"] },
    },
  ],
  options: {
    // `require` is a word of ours: it states a constraint.
    moduleSystems: ["es6"],
    doNotFollow: { path: "node_modules" },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    enhancedResolveOptions: { exportsFields: ["exports"], conditionNames: ["import", "types", "node", "default"] },
  },
};
