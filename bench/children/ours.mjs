/** From the import of a generated module to its first result; then as many runs more as were asked for. */
import { readJob, tell } from "./job.mjs";

const { module, runs = 1, inputs } = readJob();
const given = Object.fromEntries(Object.entries(inputs).map(([name, { data }]) => [name, data]));
const started = performance.now();
const { load } = await import(module);
const model = await load();
let results = model.run(given);
const milliseconds = performance.now() - started;
for (let run = 1; run < runs; run++) results = model.run(given);
tell(milliseconds, Object.values(results));
