/**
 * Functions a module carries in WebAssembly text, by name. None of them traps: dividing by zero gives 0.
 *
 * exponential_f32x4 and hyperbolic_tangent_f32x4 are within two units in the last place: polynomials of Cephes
 * (S. L. Moshier, expf.c and tanhf.c, 1989–1992) after Cody and Waite's reduction by multiples of ln 2.
 */

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
  exponential_f32x4: `(func $exponential_f32x4 (param $x v128) (result v128)
  (local $n v128)
  (local $r v128)
  (local $half v128)
  (local.set $x (f32x4.max
    (f32x4.min (local.get $x) (v128.const f32x4 89 89 89 89))
    (v128.const f32x4 -104 -104 -104 -104)))
  (local.set $n (f32x4.nearest (f32x4.mul
    (local.get $x)
    (v128.const f32x4 1.44269504 1.44269504 1.44269504 1.44269504))))
  (local.set $r (f32x4.sub
    (f32x4.sub (local.get $x) (f32x4.mul (local.get $n) (v128.const f32x4 0.693359375 0.693359375 0.693359375 0.693359375)))
    (f32x4.mul (local.get $n) (v128.const f32x4 -2.12194440e-4 -2.12194440e-4 -2.12194440e-4 -2.12194440e-4))))
  (local.set $x ${polynomial("r", [1.98756915e-4, 1.3981999507e-3, 8.3334519073e-3, 4.1665795894e-2, 1.6666665459e-1, 5.0000001201e-1])})
  (local.set $x (f32x4.add
    (f32x4.add (f32x4.mul (f32x4.mul (local.get $x) (local.get $r)) (local.get $r)) (local.get $r))
    (v128.const f32x4 1 1 1 1)))
  (local.set $n (i32x4.trunc_sat_f32x4_s (local.get $n)))
  (local.set $half (i32x4.shr_s (local.get $n) (i32.const 1)))
  (f32x4.mul
    (f32x4.mul (local.get $x) (call $power_of_two_f32x4 (local.get $half)))
    (call $power_of_two_f32x4 (i32x4.sub (local.get $n) (local.get $half))))
)`,
  power_of_two_f32x4: `(func $power_of_two_f32x4 (param $n v128) (result v128)
  (i32x4.shl (i32x4.add (local.get $n) (v128.const i32x4 127 127 127 127)) (i32.const 23))
)`,
  hyperbolic_tangent_f32x4: `(func $hyperbolic_tangent_f32x4 (param $x v128) (result v128)
  (local $size v128)
  (local $square v128)
  (local $near v128)
  (local $far v128)
  (local.set $size (f32x4.abs (local.get $x)))
  (local.set $square (f32x4.mul (local.get $x) (local.get $x)))
  (local.set $near ${polynomial("square", [-5.70498872745e-3, 2.06390887954e-2, -5.37397155531e-2, 1.33314422036e-1, -3.33332819422e-1])})
  (local.set $near (f32x4.add
    (f32x4.mul (f32x4.mul (local.get $near) (local.get $square)) (local.get $size))
    (local.get $size)))
  (local.set $far (f32x4.sub
    (v128.const f32x4 1 1 1 1)
    (f32x4.div
      (v128.const f32x4 2 2 2 2)
      (f32x4.add
        (call $exponential_f32x4 (f32x4.add (local.get $size) (local.get $size)))
        (v128.const f32x4 1 1 1 1)))))
  (v128.or
    (v128.bitselect
      (local.get $near)
      (local.get $far)
      (f32x4.lt (local.get $size) (v128.const f32x4 0.625 0.625 0.625 0.625)))
    (v128.and (local.get $x) (v128.const i32x4 0x80000000 0x80000000 0x80000000 0x80000000)))
)`,
};

/** Horner's scheme, the highest power first. */
function polynomial(variable: string, coefficients: readonly number[]): string {
  const constant = (value: number): string => `(v128.const f32x4 ${Array(4).fill(value).join(" ")})`;
  const [first = 0, ...rest] = coefficients;
  return rest.reduce(
    (sum, coefficient) => `(f32x4.add (f32x4.mul ${sum} (local.get $${variable})) ${constant(coefficient)})`,
    constant(first),
  );
}
