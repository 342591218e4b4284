/** Functions a module carries in WebAssembly text, by name. None of them traps: dividing by zero gives 0. */
import { laneFormulas } from "./lane-formulas.js";
import { formulaFunction } from "./lane-words.js";
import { call, get, instruction } from "./text.js";
import { wideFunctions } from "./wide-functions.js";

const choice = (name: string, test: string): string =>
  `(func $${name} (param $a i32) (param $b i32) (result i32)
  (select (local.get $a) (local.get $b) (${test} (local.get $a) (local.get $b)))
)`;

const divided = (name: string, value: string): string =>
  `(func $${name} (param $a i32) (param $b i32) (result i32)
  (if (result i32) (i32.eqz (local.get $b))
    (then (i32.const 0))
    (else ${value})
  )
)`;

const tests = (type: "f32" | "f64"): Readonly<Record<string, string>> => ({
  [`is_nan_${type}`]: `(func $is_nan_${type} (param $x ${type}) (result i32)
  (${type}.ne (local.get $x) (local.get $x))
)`,
  [`is_infinite_${type}`]: `(func $is_infinite_${type} (param $x ${type}) (result i32)
  (${type}.eq (${type}.abs (local.get $x)) (${type}.const inf))
)`,
  [`sign_${type}`]: `(func $sign_${type} (param $x ${type}) (result ${type})
  (select
    (${type}.copysign (${type}.const 1) (local.get $x))
    (local.get $x)
    (${type}.gt (${type}.abs (local.get $x)) (${type}.const 0)))
)`,
});

export const ownFunctions: Readonly<Record<string, string>> = {
  maximum_i32: choice("maximum_i32", "i32.gt_s"),
  minimum_i32: choice("minimum_i32", "i32.lt_s"),
  divide_i32: divided(
    "divide_i32",
    `(if (result i32) (i32.eq (local.get $b) (i32.const -1))
      (then (i32.sub (i32.const 0) (local.get $a)))
      (else (i32.div_s (local.get $a) (local.get $b)))
    )`,
  ),
  remainder_i32: divided("remainder_i32", "(i32.rem_s (local.get $a) (local.get $b))"),
  modulo_i32: `(func $modulo_i32 (param $a i32) (param $b i32) (result i32)
  (local $r i32)
  (local.set $r (call $remainder_i32 (local.get $a) (local.get $b)))
  (select
    (i32.add (local.get $r) (local.get $b))
    (local.get $r)
    (i32.and (i32.ne (local.get $r) (i32.const 0)) (i32.lt_s (i32.xor (local.get $r) (local.get $b)) (i32.const 0))))
)`,
  absolute_i32: `(func $absolute_i32 (param $x i32) (result i32)
  (select (i32.sub (i32.const 0) (local.get $x)) (local.get $x) (i32.lt_s (local.get $x) (i32.const 0)))
)`,
  sign_i32: `(func $sign_i32 (param $x i32) (result i32)
  (i32.sub (i32.gt_s (local.get $x) (i32.const 0)) (i32.lt_s (local.get $x) (i32.const 0)))
)`,
  power_i32: `(func $power_i32 (param $base i32) (param $left i32) (result i32)
  (local $result i32)
  (local.set $result (i32.const 1))
  (if (i32.lt_s (local.get $left) (i32.const 0))
    (then
      (return (select
        (select
          (i32.sub (i32.const 1) (i32.shl (i32.and (local.get $left) (i32.const 1)) (i32.const 1)))
          (i32.const 1)
          (i32.eq (local.get $base) (i32.const -1)))
        (i32.const 0)
        (i32.or (i32.eq (local.get $base) (i32.const 1)) (i32.eq (local.get $base) (i32.const -1)))))
    )
  )
  (block $done
    (loop $next
      (br_if $done (i32.eqz (local.get $left)))
      (if (i32.and (local.get $left) (i32.const 1))
        (then (local.set $result (i32.mul (local.get $result) (local.get $base))))
      )
      (local.set $base (i32.mul (local.get $base) (local.get $base)))
      (local.set $left (i32.shr_u (local.get $left) (i32.const 1)))
      (br $next)
    )
  )
  (local.get $result)
)`,
  ...wideFunctions,
  ...tests("f32"),
  ...tests("f64"),
  is_nan_f32x4: `(func $is_nan_f32x4 (param $x v128) (result v128)
  (f32x4.ne (local.get $x) (local.get $x))
)`,
  decode_f16: `(func $decode_f16 (param $bits i32) (result f32)
  (local $size i32)
  (local.set $size (i32.shl (i32.and (local.get $bits) (i32.const 0x7fff)) (i32.const 13)))
  (f32.copysign
    (select
      (f32.reinterpret_i32 (i32.or (local.get $size) (i32.const 0x7f800000)))
      (f32.mul (f32.reinterpret_i32 (local.get $size)) (f32.const 0x1p+112))
      (i32.ge_u (local.get $size) (i32.const 0x0f800000)))
    (f32.reinterpret_i32 (i32.shl (local.get $bits) (i32.const 16))))
)`,
  ...formulaTexts(),
};

/** Each formula as a function of vectors, and as one of scalars that takes a lane of it. */
function formulaTexts(): Readonly<Record<string, string>> {
  const texts = Object.entries(laneFormulas).map(([name, { parameters, formula }]) => {
    return [`${name}_f32x4`, formulaFunction(`${name}_f32x4`, parameters, formula)] as const;
  });
  const scalars = Object.entries(laneFormulas).map(([name, { parameters }]) => {
    return [`${name}_f32`, oneLane(name, parameters)] as const;
  });
  return Object.fromEntries([...texts, ...scalars]);
}

function oneLane(name: string, parameters: number): string {
  const names = ["x", "y"].slice(0, parameters);
  const vectors = names.map((each) => instruction("f32x4.splat", get(each)));
  const head = `(func $${name}_f32${names.map((each) => ` (param $${each} f32)`).join("")} (result f32)`;
  return `${head}\n  ${instruction("f32x4.extract_lane 0", call(`${name}_f32x4`, ...vectors))}\n)`;
}
