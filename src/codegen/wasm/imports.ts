/** Functions of JavaScript that kernels call: rare ones, on doubles. Names are `js_` and the scalar function's. */
import { invariant } from "../../diagnostics/error.js";

/** What a `js_` function is in a module's text: an expression, and whether it takes two numbers. */
interface Imported {
  readonly expression: string;
  readonly parameters: 1 | 2;
  readonly result: "f64" | "i32";
  /** A name of src/runtime that the expression refers to. */
  readonly helper?: string;
}

const unaryOf: Readonly<Record<string, string>> = {
  square_root: "sqrt",
  exponential: "exp",
  exponential_minus_one: "expm1",
  logarithm: "log",
  logarithm_of_one_plus: "log1p",
  sine: "sin",
  cosine: "cos",
  tangent: "tan",
  arc_sine: "asin",
  arc_cosine: "acos",
  arc_tangent: "atan",
  hyperbolic_sine: "sinh",
  hyperbolic_cosine: "cosh",
  hyperbolic_tangent: "tanh",
  inverse_hyperbolic_sine: "asinh",
  inverse_hyperbolic_cosine: "acosh",
  inverse_hyperbolic_tangent: "atanh",
};

const others: Readonly<Record<string, Omit<Imported, "result">>> = {
  error_function: { expression: "errorFunction", parameters: 1, helper: "errorFunction" },
  power: { expression: "Math.pow", parameters: 2 },
  arc_tangent_2: { expression: "Math.atan2", parameters: 2 },
  modulo: { expression: "floorModulo", parameters: 2, helper: "floorModulo" },
  remainder: { expression: "(a, b) => a % b", parameters: 2 },
  and: { expression: "(a, b) => a & b", parameters: 2 },
  or: { expression: "(a, b) => a | b", parameters: 2 },
  xor: { expression: "(a, b) => a ^ b", parameters: 2 },
  bitwise_and: { expression: "(a, b) => a & b", parameters: 2 },
  bitwise_or: { expression: "(a, b) => a | b", parameters: 2 },
  bitwise_xor: { expression: "(a, b) => a ^ b", parameters: 2 },
  shift_left: { expression: "(a, b) => a << b", parameters: 2 },
  shift_right: { expression: "(a, b) => a >> b", parameters: 2 },
  bitwise_not: { expression: "(a) => ~a", parameters: 1 },
};

/** What `js_<name>` is; results of `js_wrapped_<name>` and of encoders are whole numbers modulo 2³². */
export function importedFunction(name: string): Imported {
  if (name === "encode_f16") return { expression: "encodeF16", parameters: 1, result: "i32", helper: "encodeF16" };
  if (name === "encode_bf16") return { expression: "encodeBf16", parameters: 1, result: "i32", helper: "encodeBf16" };
  const wrapped = name.startsWith("wrapped_");
  const plain = wrapped ? name.slice("wrapped_".length) : name;
  const math = unaryOf[plain];
  const found = math === undefined ? others[plain] : { expression: `Math.${math}`, parameters: 1 as const };
  invariant(found !== undefined, "print-wat", `there is no function ${plain}`);
  return { ...found, result: wrapped ? "i32" : "f64" };
}

/** The import's declaration. */
export function importText(name: string): string {
  const { parameters, result } = importedFunction(name);
  return `(import "js" "${name}" (func $js_${name}${" (param f64)".repeat(parameters)} (result ${result})))`;
}
