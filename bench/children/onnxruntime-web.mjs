/** From the import of onnxruntime-web to the first result of a model's file; then as many runs more as were asked for. */
import { readFileSync } from "node:fs";
import { readJob, tell } from "./job.mjs";

const { model, runs = 1, inputs, optimisation = "all" } = readJob();
const started = performance.now();
const ort = await import("onnxruntime-web");
ort.env.wasm.numThreads = 1;
ort.env.logLevel = "error";
const options = { executionProviders: ["wasm"], graphOptimizationLevel: optimisation };
const session = await ort.InferenceSession.create(readFileSync(model), options);
const given = Object.entries(inputs).map(([name, { data, shape }]) => [name, new ort.Tensor("float32", data, shape)]);
const feeds = Object.fromEntries(given);
let results = await session.run(feeds);
const milliseconds = performance.now() - started;
for (let run = 1; run < runs; run++) results = await session.run(feeds);
const arrays = Object.values(results).map(({ data }) => data);
tell(milliseconds, arrays);
