/** Random kernels of straight-line expressions over every element type, function and conversion. */
import fc from "fast-check";
import type { ScalarType } from "../../src/ir/computation/computation.js";
import type { BinaryFunction, CompareFunction, UnaryFunction } from "../../src/ir/computation/functions.js";
import { compareFunctions, floatBinaryFunctions, unaryFunctions } from "../../src/ir/computation/scalar-functions.js";
import { binary, compare, convert, integer, literal, load, select, store, unary } from "../../src/ir/loops/build.js";
import type { Expression, Kernel, Parameter } from "../../src/ir/loops/kernel.js";
import { elementTypes, isElementType, isWide, type ElementType } from "../../src/ir/types/element-type.js";

export const allElementTypes: readonly ElementType[] = Object.keys(elementTypes).filter(isElementType);
const elements = 4;
const scalarTypes = ["f32", "f64", "i32", "i64", "u64", "bool"] as const;

const keys = <Key extends string>(table: Readonly<Record<Key, unknown>>): readonly Key[] => Object.keys(table) as Key[];

const wordFunctions: ReadonlySet<string> = new Set([
  "bitwise_and",
  "bitwise_or",
  "bitwise_xor",
  "shift_left",
  "shift_right",
]);
const truthFunctions: readonly BinaryFunction[] = ["and", "or", "xor"];
const isNumberFunction = (name: BinaryFunction): boolean => !wordFunctions.has(name) && !truthFunctions.includes(name);

const wideBinary = keys(floatBinaryFunctions).filter(
  (name) => !truthFunctions.includes(name) && name !== "arc_tangent_2",
);

/** Functions of two values of a type. */
export const binaryFunctionsOf: Readonly<Record<ScalarType, readonly BinaryFunction[]>> = {
  f32: keys(floatBinaryFunctions).filter(isNumberFunction),
  f64: keys(floatBinaryFunctions).filter(isNumberFunction),
  i32: keys(floatBinaryFunctions).filter((name) => !truthFunctions.includes(name) && name !== "arc_tangent_2"),
  i64: wideBinary,
  u64: wideBinary,
  bool: truthFunctions,
};

const integerUnary: readonly UnaryFunction[] = ["negate", "absolute", "sign", "bitwise_not"];
const tests: readonly UnaryFunction[] = ["is_nan", "is_infinite"];
const floatUnary = keys(unaryFunctions).filter((name) => ![...tests, "not", "bitwise_not"].includes(name));

/** Functions of one value of a type that give the same type. */
export const unaryFunctionsOf: Readonly<Record<ScalarType, readonly UnaryFunction[]>> = {
  f32: floatUnary,
  f64: floatUnary,
  i32: integerUnary,
  i64: integerUnary,
  u64: integerUnary,
  bool: ["not"],
};

const parameterOf = (elementType: ElementType): Parameter => {
  return { name: `x_${elementType}`, elementType, length: elements, access: "read" };
};

const floats = fc.oneof(
  fc.double({ min: -8, max: 8, noNaN: true }),
  fc.constantFrom(0, -0, 0.5, 1.5, 2.5, NaN, Infinity, 1e20),
);
const whole = fc.oneof(fc.integer({ min: -9, max: 9 }), fc.integer());

const wide = fc.oneof(
  whole,
  fc.maxSafeInteger(),
  fc.constantFrom(2 ** 31, -(2 ** 31) - 1, 2 ** 62, -(2 ** 63), 2 ** 63, 2 ** 64),
);

function literals(type: ScalarType): fc.Arbitrary<Expression> {
  if (isWide(type)) return wide.map((value) => literal(type, value));
  if (type === "bool") return fc.integer({ min: 0, max: 1 }).map((value) => literal("bool", value));
  return type === "i32" ? whole.map((value) => literal("i32", value)) : floats.map((value) => literal(type, value));
}

function loads(type: ScalarType): fc.Arbitrary<Expression> {
  const sources = allElementTypes.filter((elementType) => {
    const { computedAs, family } = elementTypes[elementType];
    return computedAs === type || (type === "f64" && family === "float");
  });
  return fc
    .tuple(fc.constantFrom(...sources), fc.nat(elements - 1))
    .map(([elementType, i]) => load(parameterOf(elementType), integer(i), type));
}

const storageOf: Readonly<Record<ScalarType, readonly (ElementType | undefined)[]>> = {
  f32: ["f16", "bf16", "f32", undefined],
  f64: ["f16", "bf16", "f32", undefined],
  i32: ["i8", "i16", "u8", "u16", undefined],
  i64: [undefined],
  u64: [undefined],
  bool: [undefined],
};

/** Expressions of a type, at most `depth` functions deep. */
export function arbitraryExpression(type: ScalarType, depth: number): fc.Arbitrary<Expression> {
  if (depth === 0) return fc.oneof(literals(type), loads(type));
  const inner = (of: ScalarType): fc.Arbitrary<Expression> => arbitraryExpression(of, depth - 1);
  const choices: fc.Arbitrary<Expression>[] = [
    fc.tuple(fc.constantFrom(...unaryFunctionsOf[type]), inner(type)).map(([name, part]) => unary(name, part)),
    fc
      .tuple(fc.constantFrom(...binaryFunctionsOf[type]), inner(type), inner(type))
      .map(([name, left, right]) => binary(name, left, right)),
    fc.tuple(inner("bool"), inner(type), inner(type)).map(([condition, a, b]) => select(condition, a, b)),
    fc
      .constantFrom(...scalarTypes)
      .chain((from) => fc.tuple(inner(from), fc.constantFrom(...storageOf[type])))
      .map(([part, through]) => convert(type, part, through)),
  ];
  if (type === "bool") {
    const names = fc.constantFrom(...keys<CompareFunction>(compareFunctions));
    const sides = fc
      .constantFrom("f64", "i32", "i64", "u64", "f32")
      .chain((of) => fc.tuple(inner(of as ScalarType), inner(of as ScalarType)));
    choices.push(fc.tuple(names, sides).map(([name, [left, right]]) => compare(name, left, right)));
    choices.push(fc.tuple(fc.constantFrom(...tests), inner("f64")).map(([name, part]) => unary(name, part)));
  }
  return fc.oneof(...choices);
}

/** A kernel that stores one expression into a result of any element type, after operands of every element type. */
export function arbitraryKernel(depth: number): fc.Arbitrary<Kernel> {
  return fc.constantFrom(...allElementTypes).chain((elementType) => {
    const { computedAs } = elementTypes[elementType];
    const type = computedAs === "f32" ? fc.constantFrom<ScalarType>("f32", "f64") : fc.constant(computedAs);
    const y: Parameter = { name: "y", elementType, length: 1, access: "write" };
    return type
      .chain((of) => arbitraryExpression(of, depth))
      .map((value): Kernel => ({
        name: "k",
        parameters: [...allElementTypes.map(parameterOf), y],
        body: [store(y, integer(0), value)],
      }));
  });
}
