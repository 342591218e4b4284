/** The words of WebAssembly's text format: folded instructions, types, literals. */
import type { ValueType } from "../../ir/loops/kernel.js";
import { numberLiteral } from "../javascript/literal.js";

export type WasmType = "i32" | "i64" | "f32" | "f64" | "v128";

const wasmTypes: Readonly<Record<ValueType, WasmType>> = {
  f32: "f32",
  f64: "f64",
  i32: "i32",
  i64: "i64",
  u64: "i64",
  bool: "i32",
  f32x4: "v128",
  i32x4: "v128",
  boolx4: "v128",
};

export function wasmType(type: ValueType): WasmType {
  return wasmTypes[type];
}

/** `(f32.add a b)` */
export function instruction(name: string, ...parts: readonly string[]): string {
  return `(${[name, ...parts].join(" ")})`;
}

export function call(name: string, ...parts: readonly string[]): string {
  return instruction("call", `$${name}`, ...parts);
}

export function constantText(type: WasmType, value: number): string {
  return type === "v128" ? vectorText("i32x4", value) : instruction(`${type}.const`, literalText(value));
}

/** The same value in four lanes. */
export function vectorText(shape: "f32x4" | "i32x4", value: number): string {
  return vectorOfText(shape, [value, value, value, value]);
}

/** A value for each lane. */
export function vectorOfText(shape: "f32x4" | "i32x4", values: readonly number[]): string {
  const lanes = values.map((value) => literalText(shape === "f32x4" ? Math.fround(value) : value));
  return instruction(`v128.const ${shape}`, ...lanes);
}

/** A float as the text format spells it. */
export function literalText(value: number): string {
  if (Number.isNaN(value)) return "nan";
  if (!Number.isFinite(value)) return value < 0 ? "-inf" : "inf";
  return numberLiteral(value);
}

export function get(name: string): string {
  return instruction("local.get", `$${name}`);
}

export function set(name: string, value: string): string {
  return instruction("local.set", `$${name}`, value);
}
