/** The peers are large and only wanted here: they are installed beside the benchmark when it first runs. */
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const folder = fileURLToPath(new URL("..", import.meta.url));

export function installPeers() {
  if (isInstalled()) return;
  console.error("installing the peers (once)");
  const words = ["ci", "--ignore-scripts", "--no-fund", "--no-audit"];
  const { status, error } = spawnSync("npm", words, { cwd: folder, stdio: ["ignore", 2, 2] });
  if (error !== undefined || status !== 0) {
    throw new Error(`npm ci in bench/ failed: ${error?.message ?? `exit code ${status}`}`);
  }
}

/** Whether what package.json names is there, in these versions. */
function isInstalled() {
  const { dependencies } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8"));
  return Object.entries(dependencies).every(([name, version]) => installedVersion(name) === version);
}

function installedVersion(name) {
  try {
    return JSON.parse(readFileSync(new URL(`../node_modules/${name}/package.json`, import.meta.url), "utf8")).version;
  } catch {
    return undefined;
  }
}
