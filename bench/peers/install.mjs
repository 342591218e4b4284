/** The peers are large and only wanted here: they are installed beside the benchmark when it first runs. */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

const folder = fileURLToPath(new URL("..", import.meta.url));

export function installPeers() {
  if (existsSync(new URL("../node_modules/.package-lock.json", import.meta.url))) return;
  console.error("installing the peers (once)");
  const words = ["ci", "--ignore-scripts", "--no-fund", "--no-audit"];
  const { status, error } = spawnSync("npm", words, { cwd: folder, stdio: ["ignore", 2, 2] });
  if (error !== undefined || status !== 0) {
    throw new Error(`npm ci in bench/ failed: ${error?.message ?? `exit code ${status}`}`);
  }
}
