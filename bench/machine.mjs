/** Where figures come from: enough to compare them, nothing that identifies the machine. */
import { readFileSync } from "node:fs";
import { cpus } from "node:os";
import { hasRelaxedSimd } from "./relaxed-simd.mjs";

export function describeMachine() {
  const processors = cpus();
  const { node, v8 } = process.versions;
  const [{ model }] = processors;
  return {
    cpu: model.trim(),
    cores: processors.length,
    architecture: process.arch,
    node,
    v8,
    relaxedSimd: hasRelaxedSimd,
  };
}

export function machineName({ cpu, cores, node, v8 }) {
  return `${cpu}, ${cores} cores, Node ${node}, V8 ${v8}`;
}

/** Where and how often, a sentence each. */
export function machineLine({ machine, versions, rounds }) {
  const relaxed = machine.relaxedSimd
    ? "takes relaxed SIMD by default"
    : "has relaxed SIMD behind a flag only, which is set for `wasm-relaxed`; by default it runs what is called `wasm`";
  const peers = versions.length === 0 ? "" : ` Peers: ${versions.join(", ")}.`;
  return `Medians (and quartiles) of ${rounds} interleaved samples on ${machineName(machine)}; this engine ${relaxed}.${peers}`;
}

/** `name version` of the peers among the contenders. */
export function peerVersions(contenders) {
  const { dependencies } = JSON.parse(readFileSync(new URL("package.json", import.meta.url), "utf8"));
  const packages = {
    "tfjs-cpu": "@tensorflow/tfjs-backend-cpu",
    "tfjs-wasm": "@tensorflow/tfjs-backend-wasm",
    "onnxruntime-web": "onnxruntime-web",
    "onnxruntime-node": "onnxruntime-node",
  };
  return contenders
    .filter((name) => packages[name] !== undefined)
    .map((name) => `${name} ${dependencies[packages[name]]}`);
}
