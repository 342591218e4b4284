// Builds dist/: embeds the runtime's text into the code generator, then compiles TypeScript.
import { execFileSync } from "node:child_process";
import { existsSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const require = createRequire(import.meta.url);

if (!existsSync(new URL("../dist", import.meta.url))) {
  rmSync(new URL("../node_modules/.cache/build.tsbuildinfo", import.meta.url), { force: true });
}
execFileSync(process.execPath, ["scripts/embed-runtime.mjs"], { cwd: root, stdio: "inherit" });
execFileSync(process.execPath, [require.resolve("typescript/bin/tsc"), "-p", "tsconfig.build.json"], {
  cwd: root,
  stdio: "inherit",
});
