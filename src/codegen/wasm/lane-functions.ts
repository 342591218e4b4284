/** Functions of vectors made of one scalar function per lane: for what has no vector form. */
import type { BinaryFunction, UnaryFunction } from "../../ir/computation/functions.js";
import { unaryType } from "../../ir/loops/build.js";
import { binaryText, inJavaScript, unaryText } from "./functions.js";
import { instruction } from "./text.js";

/** The text of `<function>_f32x4` or `<function>_i32x4` of one or two vectors; `far_<function>_f32x4` is JavaScript's function. */
export function laneFunction(name: string, operands: number): string {
  const shape = name.endsWith("_i32x4") ? "i32x4" : "f32x4";
  const [plain, type] = [name.slice(0, -"_f32x4".length), shape === "i32x4" ? "i32" : "f32"] as const;
  const variables = operands === 1 ? ["a"] : ["a", "b"];
  const lane = (variable: string, index: number): string =>
    instruction(`${shape}.extract_lane ${index}`, `(local.get $${variable})`);
  const truth = operands === 1 && unaryType(plain as UnaryFunction, type) === "bool";
  const value = (index: number): string => {
    const [a = "", b = ""] = variables.map((variable) => lane(variable, index));
    if (plain.startsWith("far_")) return inJavaScript(plain.slice("far_".length), a);
    if (operands === 2) return binaryText(plain as BinaryFunction, type, a, b);
    const one = unaryText(plain as UnaryFunction, type, a);
    return truth ? instruction("i32.sub", "(i32.const 0)", one) : one;
  };
  const made = truth ? "i32x4" : shape;
  const result = [1, 2, 3].reduce(
    (sum, index) => `(${made}.replace_lane ${index}\n  ${sum}\n  ${value(index)})`,
    `(${made}.splat ${value(0)})`,
  );
  const parameters = variables.map((variable) => ` (param $${variable} v128)`).join("");
  return `(func $${name}${parameters} (result v128)\n  ${result}\n)`;
}
