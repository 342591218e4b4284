/** Ours and the peers on single layers, beside what one core can do at all. */
import { measureInTurn } from "../../dist/cli/bench/measure-in-turn.js";
import { differenceFrom, largestRounding } from "../agreement.mjs";
import { ceiling } from "../ceiling.mjs";
import { elements, exampleData, layers, operations } from "../layers.mjs";
import { ourContender } from "../ours.mjs";
import { peerContender } from "../peers/peers.mjs";
import { referenceLayer } from "../reference-layer.mjs";

const notes = [
  "Each time goes from an array of the caller's to a result in an array: ours `runInto` with arrays of the caller's, copied in and out (`in-place` with the model's own, not copied); onnxruntime-web and onnxruntime-node `session.run` on a tensor of the caller's; TensorFlow.js on a tensor uploaded before, its result read with `dataSync` and disposed.",
  "Ours and TensorFlow.js take and give channels last, onnxruntime its native channels first. Filters are constants everywhere: packed or uploaded before the clock starts. One thread each.",
];

/** Report rows of all layers that were asked for. */
export async function measureLayers(options) {
  const { only, rounds = 21 } = options;
  const contenders = await contendersOf(options);
  const ceilings = [await ceiling({ relaxed: false }), await ceiling({ relaxed: true })].filter(Boolean);
  const rows = [];
  for (const layer of layers.filter(({ name }) => name.includes(only))) {
    console.error(`measuring ${layer.name}`);
    rows.push(await measureLayer(layer, contenders, ceilings, rounds));
  }
  return { suite: "layers", kind: "times", contenders: contenders.map(({ name }) => name), notes, rounds, rows };
}

async function contendersOf(options) {
  const ours = options.ours.map((name) => ourContender(name, options)).filter(Boolean);
  const peers = [];
  for (const name of options.peers) peers.push(await peerContender(name));
  return [...ours, ...peers];
}

async function measureLayer(layer, contenders, ceilings, rounds) {
  const input = exampleData(elements(layer.input), 1);
  const filter = exampleData(elements(layer.filter), 2);
  const expected = { name: "the definition", values: referenceLayer(layer, input, filter) };
  const [prepared, unsupported, differences] = [[], {}, {}];
  for (const contender of contenders) {
    const { name } = contender;
    const reason = contender.missing?.(layer);
    if (reason !== undefined) {
      unsupported[name] = reason;
      continue;
    }
    const made = { name, ...(await contender.prepareLayer(layer, input, filter)) };
    await made.select?.();
    differences[name] = differenceFrom(expected.values, await made.output());
    if (differences[name] <= largestRounding) prepared.push(made);
    else unsupported[name] = wrongResult(layer, contender, differences[name]);
  }
  const samples = await measureInTurn([...prepared, ...ceilings], rounds);
  for (const { release } of prepared) await release?.();
  const megaflops = operations(layer) / 1e6;
  const ceilingMegaflops = Object.fromEntries(ceilings.map((each) => [each.name, each.megaflops]));
  return { name: layer.name, megaflops, ceilingMegaflops, differences, unsupported, samples };
}

/** A peer that computes something else is told and not timed; that ours does is an error. */
function wrongResult({ name: layer }, { name, isOurs }, difference) {
  const reason = `its result differs from the definition by ${difference.toPrecision(2)} of the largest output`;
  if (isOurs) throw new Error(`${name}, ${layer}: ${reason}`);
  return reason;
}
