/** Where figures come from: enough to compare them, nothing that identifies the machine. */
import { readFileSync } from "node:fs";
import { cpus } from "node:os";

export function describeMachine() {
  const processors = cpus();
  const { node, v8 } = process.versions;
  return { cpu: processors[0].model.trim(), cores: processors.length, architecture: process.arch, node, v8 };
}

/** `name version` of the peers among the contenders. */
export function peerVersions(contenders) {
  const { dependencies } = JSON.parse(readFileSync(new URL("package.json", import.meta.url), "utf8"));
  const packages = {
    "tfjs-cpu": "@tensorflow/tfjs-backend-cpu",
    "tfjs-wasm": "@tensorflow/tfjs-backend-wasm",
    "onnxruntime-web": "onnxruntime-web",
  };
  return contenders
    .filter((name) => packages[name] !== undefined)
    .map((name) => `${name} ${dependencies[packages[name]]}`);
}
