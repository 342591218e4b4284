/**
 * What one core can do with 128-bit vectors in WebAssembly: a loop of multiplications and additions that touches nothing but registers
 * (two loads for eight multiply-adds, so that no product is the same in each turn). A kernel's speed is told as a share of it.
 *
 * Eight sums, four factors and two operands are what V8 keeps in registers: six sums leave the adders idle, ten spill (measured).
 */
import wabtFactory from "wabt";
import { allowRelaxedSimd } from "./relaxed-simd.mjs";

const sums = 8;
const factors = 4;
const turns = 20_000;
const lanes = 4;

/** `{ name, run, megaflops }`, the latter of a call; multiplication and addition apart, or as one relaxed instruction. */
export async function ceiling({ relaxed }) {
  const { f32x4, name } = relaxed ? { f32x4: fused, name: "ceiling relaxed" } : { f32x4: apart, name: "ceiling" };
  if (relaxed && !allowRelaxedSimd()) return undefined;
  const wabt = await wabtFactory();
  const module = wabt.parseWat(name, loopText(f32x4), { relaxed_simd: relaxed });
  const { instance } = await WebAssembly.instantiate(module.toBinary({}).buffer);
  module.destroy();
  return { name, run: () => instance.exports.loop(16 * turns), megaflops: (turns * sums * lanes * 2) / 1e6 };
}

const apart = (sum, a, b) => `(f32x4.add ${sum} (f32x4.mul ${a} ${b}))`;
const fused = (sum, a, b) => `(f32x4.relaxed_madd ${a} ${b} ${sum})`;

function loopText(multiplyAdd) {
  const sum = (i) => `$sum${i}`;
  const factor = (i) => `$factor${i}`;
  const operand = (i) => (i < factors ? "$even" : "$odd");
  const get = (name) => `(local.get ${name})`;
  const each = (count, text) => Array.from({ length: count }, (_, i) => text(i)).join("\n");
  const address = "(i32.and (local.get $left) (i32.const 1008))";
  return `(module (memory 1) (func (export "loop") (param $left i32) (local $even v128) (local $odd v128)
    ${each(sums, (i) => `(local ${sum(i)} v128)`)} ${each(factors, (i) => `(local ${factor(i)} v128)`)}
    ${each(factors, (i) => `(local.set ${factor(i)} (v128.load (i32.const ${16 * i})))`)}
    (loop $next
      (local.set $even (v128.load ${address})) (local.set $odd (v128.load offset=16 ${address}))
      ${each(sums, (i) => `(local.set ${sum(i)} ${multiplyAdd(get(sum(i)), get(operand(i)), get(factor(i % factors)))})`)}
      (br_if $next (local.tee $left (i32.sub (local.get $left) (i32.const 16)))))
    ${each(sums, (i) => `(v128.store (i32.const ${2048 + 16 * i}) ${get(sum(i))})`)}))`;
}
