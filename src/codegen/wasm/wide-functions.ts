/** How WebAssembly says the scalar functions of 64-bit integers: an instruction, or a function of the module's own. */
import { InternalError } from "../../diagnostics/error.js";
import type { BinaryFunction, CompareFunction, UnaryFunction } from "../../ir/computation/functions.js";
import { call, instruction } from "./text.js";

type WideType = "i64" | "u64";

/** The same for both types; one that depends on the sign is in `signed`. */
const instructions: Readonly<Partial<Record<BinaryFunction, string>>> = {
  add: "i64.add",
  subtract: "i64.sub",
  multiply: "i64.mul",
  bitwise_and: "i64.and",
  bitwise_or: "i64.or",
  bitwise_xor: "i64.xor",
  shift_left: "i64.shl",
};

const minusOne = "(i64.const -1)";
const zero = "(i64.const 0)";

export function wideUnaryText(name: UnaryFunction, type: WideType, operand: string): string {
  switch (name) {
    case "negate":
      return instruction("i64.sub", zero, operand);
    case "bitwise_not":
      return instruction("i64.xor", operand, minusOne);
    case "floor":
    case "ceil":
    case "round_even":
    case "truncate":
      return operand;
    case "absolute":
      return type === "u64" ? operand : call("absolute_i64", operand);
    case "sign":
      return call(`sign_${type}`, operand);
    default:
      throw new InternalError("print-wat", `${name} of ${type}`);
  }
}

const carried: ReadonlySet<BinaryFunction> = new Set(["divide", "remainder", "modulo", "maximum", "minimum", "power"]);

export function wideBinaryText(name: BinaryFunction, type: WideType, left: string, right: string): string {
  const own = instructions[name];
  if (own !== undefined) return instruction(own, left, right);
  if (name === "shift_right") return instruction(type === "i64" ? "i64.shr_s" : "i64.shr_u", left, right);
  if (!carried.has(name)) throw new InternalError("print-wat", `${name} of ${type}`);
  return call(`${name}_${type}`, left, right);
}

/** `own`: the comparison as an instruction ends: `lt`. */
export function wideComparison(
  own: string,
  name: CompareFunction,
  type: WideType,
  left: string,
  right: string,
): string {
  const ordered = name !== "equal" && name !== "not_equal";
  return instruction(`i64.${own}${ordered ? (type === "i64" ? "_s" : "_u") : ""}`, left, right);
}

const two = "(param $a i64) (param $b i64) (result i64)";

/** None of them traps: dividing by zero gives 0, and the least number over −1 wraps. */
function divided(name: string, type: WideType, value: string): string {
  return `(func $${name}_${type} ${two}
  (if (result i64) (i64.eqz (local.get $b))
    (then (i64.const 0))
    (else ${value})
  )
)`;
}

const signedQuotient = `(if (result i64) (i64.eq (local.get $b) (i64.const -1))
      (then (i64.sub (i64.const 0) (local.get $a)))
      (else (i64.div_s (local.get $a) (local.get $b)))
    )`;

function choice(name: string, type: WideType, test: string): string {
  return `(func $${name}_${type} ${two}
  (select (local.get $a) (local.get $b) (${test} (local.get $a) (local.get $b)))
)`;
}

function power(type: WideType): string {
  return `(func $power_${type} (param $base i64) (param $left i64) (result i64)
  (local $result i64)
  (local.set $result (i64.const 1))
${type === "i64" ? negativePower : ""}  (block $done
    (loop $next
      (br_if $done (i64.eqz (local.get $left)))
      (if (i64.ne (i64.and (local.get $left) (i64.const 1)) (i64.const 0))
        (then (local.set $result (i64.mul (local.get $result) (local.get $base))))
      )
      (local.set $base (i64.mul (local.get $base) (local.get $base)))
      (local.set $left (i64.shr_u (local.get $left) (i64.const 1)))
      (br $next)
    )
  )
  (local.get $result)
)`;
}

const negativePower = `  (if (i64.lt_s (local.get $left) (i64.const 0))
    (then
      (return (select
        (select
          (i64.sub (i64.const 1) (i64.shl (i64.and (local.get $left) (i64.const 1)) (i64.const 1)))
          (i64.const 1)
          (i64.eq (local.get $base) (i64.const -1)))
        (i64.const 0)
        (i32.or (i64.eq (local.get $base) (i64.const 1)) (i64.eq (local.get $base) (i64.const -1)))))
    )
  )
`;

function functionsOf(type: WideType, sign: "s" | "u"): Readonly<Record<string, string>> {
  return {
    [`divide_${type}`]: divided(
      "divide",
      type,
      type === "i64" ? signedQuotient : "(i64.div_u (local.get $a) (local.get $b))",
    ),
    [`remainder_${type}`]: divided("remainder", type, `(i64.rem_${sign} (local.get $a) (local.get $b))`),
    [`maximum_${type}`]: choice("maximum", type, `i64.gt_${sign}`),
    [`minimum_${type}`]: choice("minimum", type, `i64.lt_${sign}`),
    [`power_${type}`]: power(type),
  };
}

/** Functions that texts of 64-bit integers call, by name. */
export const wideFunctions: Readonly<Record<string, string>> = {
  ...functionsOf("i64", "s"),
  ...functionsOf("u64", "u"),
  modulo_u64: divided("modulo", "u64", "(i64.rem_u (local.get $a) (local.get $b))"),
  modulo_i64: `(func $modulo_i64 ${two}
  (local $r i64)
  (local.set $r (call $remainder_i64 (local.get $a) (local.get $b)))
  (select
    (i64.add (local.get $r) (local.get $b))
    (local.get $r)
    (i32.and (i64.ne (local.get $r) (i64.const 0)) (i64.lt_s (i64.xor (local.get $r) (local.get $b)) (i64.const 0))))
)`,
  absolute_i64: `(func $absolute_i64 (param $x i64) (result i64)
  (select (i64.sub (i64.const 0) (local.get $x)) (local.get $x) (i64.lt_s (local.get $x) (i64.const 0)))
)`,
  sign_i64: `(func $sign_i64 (param $x i64) (result i64)
  (i64.sub
    (i64.extend_i32_s (i64.gt_s (local.get $x) (i64.const 0)))
    (i64.extend_i32_s (i64.lt_s (local.get $x) (i64.const 0))))
)`,
  sign_u64: `(func $sign_u64 (param $x i64) (result i64)
  (i64.extend_i32_u (i64.ne (local.get $x) (i64.const 0)))
)`,
};

const one =
  (name: string) =>
  (value: string): string =>
    instruction(name, value);

const isNotZero = (value: string): string => instruction("i64.ne", value, zero);

/** Conversions between 64-bit integers and other types, as rows of `conversions`. */
export const wideConversions: Readonly<Record<string, (value: string) => string>> = {
  "i64 u64": (value) => value,
  "u64 i64": (value) => value,
  "i32 i64": one("i64.extend_i32_s"),
  "i32 u64": one("i64.extend_i32_s"),
  "bool i64": one("i64.extend_i32_u"),
  "bool u64": one("i64.extend_i32_u"),
  "i64 i32": one("i32.wrap_i64"),
  "u64 i32": one("i32.wrap_i64"),
  "i64 bool": isNotZero,
  "u64 bool": isNotZero,
  "i64 f64": one("f64.convert_i64_s"),
  "u64 f64": one("f64.convert_i64_u"),
  "i64 f32": (value) => instruction("f32.demote_f64", instruction("f64.convert_i64_s", value)),
  "u64 f32": (value) => instruction("f32.demote_f64", instruction("f64.convert_i64_u", value)),
  "f32 i64": one("i64.trunc_sat_f32_s"),
  "f32 u64": one("i64.trunc_sat_f32_u"),
  "f64 i64": one("i64.trunc_sat_f64_s"),
  "f64 u64": one("i64.trunc_sat_f64_u"),
};
