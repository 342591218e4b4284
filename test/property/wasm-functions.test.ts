/** Functions that WebAssembly modules carry: within their stated error on samples of all magnitudes, and the same bits for scalars and lanes. */
import { describe, expect, it } from "vitest";
import { floatBinaryFunctions, unaryFunctions } from "../../src/ir/computation/scalar-functions.js";
import { parseKernel } from "../../src/ir/loops/parse.js";
import { runWasmKernel } from "../support/run-wasm-kernel.js";

/** Units in the last place of f32. */
const bounds = {
  exponential: 1.1,
  exponential_minus_one: 2,
  hyperbolic_tangent: 3,
  error_function: 2,
  logarithm: 1,
  logarithm_of_one_plus: 2,
  sine: 2,
  cosine: 2,
  tangent: 4,
} as const;

const special = [
  0,
  -0,
  NaN,
  Infinity,
  -Infinity,
  1,
  -1,
  1e-40,
  -1e-40,
  2 ** -149,
  -(2 ** -149),
  2 ** -126,
  3e38,
  -3e38,
  88.72,
  88.73,
  -87.4,
  -103.9,
  -104.1,
  0.5,
  -0.5,
  2,
  -2,
  3,
  -3,
  0.625,
  0.927734375,
  4,
  2 ** 28,
  -(2 ** 28),
  1e10,
  9,
  -18,
  1e-4,
  -1e-4,
];
const samples = 40_000;

/** Bit patterns evenly spread, so that every magnitude occurs; near values evenly spread; and what goes wrong. */
function spread(): Float32Array {
  const bits = Int32Array.from({ length: samples }, (_, i) => Math.imul(i, 107_374) + ((i * 7919) % 4096));
  const near = Float32Array.from({ length: samples }, (_, i) => ((i / samples) * 2 - 1) * (i % 2 === 0 ? 4 : 100));
  return Float32Array.from([...new Float32Array(bits.buffer), ...near, ...special, 1]);
}

/** What a function gives for scalars, checked to be what it gives for lanes. */
async function applied(name: string, operands: readonly Float32Array[]): Promise<Float32Array> {
  const n = operands[0]?.length ?? 0;
  expect(n % 4).toBe(0);
  const names = ["a", "b"].slice(0, operands.length);
  const parameters = [...names.map((each) => `read ${each}: f32[${n}]`), `write y: f32[${n}]`].join(", ");
  const run = async (step: string, as: string): Promise<Float32Array> => {
    const value = `${name}(${names.map((each) => `${each}[i]${as}`).join(", ")})`;
    const kernel = parseKernel(`kernel k(${parameters}) { for i = 0 to ${n}${step} { y[i] = ${value} } }`);
    const result = new Float32Array(n);
    await runWasmKernel(kernel, [...operands, result]);
    return result;
  };
  const [scalars, lanes] = [await run("", ""), await run(" step 4", " as f32x4")];
  expect(lanes).toEqual(scalars);
  return scalars;
}

/** How far `found` lies from the number, in units in the last place of the number as f32. Beyond the largest f32 there is only ∞. */
function unitsFrom(exact: number, found: number): number {
  const rounded = Math.fround(exact);
  if (Object.is(found, rounded) || (Number.isNaN(found) && Number.isNaN(exact))) return 0;
  const isLast = Math.abs(found) > 3.4028e38 && Math.abs(exact) > 3.4028e38 && found * exact > 0;
  if (isLast) return 1;
  if (!Number.isFinite(rounded) || !Number.isFinite(found) || exact === 0) return Infinity;
  const unit = 2 ** (Math.max(-126, Math.floor(Math.log2(Math.abs(exact)))) - 23);
  return Math.abs(found - exact) / unit;
}

function worst(found: Float32Array, exact: (i: number) => number): readonly [units: number, at: number] {
  let most: readonly [number, number] = [0, 0];
  found.forEach((value, i) => {
    const units = unitsFrom(exact(i), value);
    if (units > most[0]) most = [units, i];
  });
  return most;
}

describe("functions of one float", () => {
  const x = spread();
  it.each(Object.entries(bounds))("%s is within %d units", async (name, bound) => {
    const exact = unaryFunctions[name as keyof typeof bounds];
    const [units, at] = worst(await applied(name, [x]), (i) => exact(x[i] ?? 0));
    expect(units, `at ${x[at]}`).toBeLessThanOrEqual(bound);
  });
});

describe("power", () => {
  it("is within 1 unit", async () => {
    const pairs = special.flatMap((a) => special.map((b) => [a, b] as const));
    const random = Array.from({ length: samples }, (_, i) => {
      return [((i * 7919) % 100_003) / 5000 - (i % 3), ((i * 104_729) % 99_991) / 9000 - 5] as const;
    });
    const whole = Array.from({ length: 400 }, (_, i) => [(i % 20) - 10, Math.floor(i / 20) - 10] as const);
    const all = [...pairs, ...random, ...whole];
    const [a, b] = [0, 1].map((at) =>
      Float32Array.from([...all, ...all.slice(0, (4 - (all.length % 4)) % 4)], (pair) => pair[at] ?? 0),
    );
    if (a === undefined || b === undefined) throw new RangeError("two operands");
    const [units, at] = worst(await applied("power", [a, b]), (i) => floatBinaryFunctions.power(a[i] ?? 0, b[i] ?? 0));
    expect(units, `at ${a[at]}, ${b[at]}`).toBeLessThanOrEqual(1);
  });
});
