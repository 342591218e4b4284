/** Inputs and outputs in generated text: the signature, and one function per port that checks what is handed over. */
import type { Program, ProgramPort } from "../../ir/program/program.js";
import { elementTypes } from "../../ir/types/element-type.js";
import { elementCount } from "../../ir/types/shape.js";
import { formatTensorType } from "../../ir/types/tensor.js";
import { identifier, propertyKey, stringLiteral } from "../javascript/literal.js";

export type Role = "input" | "output";

/** A port as generated text sees it. */
export interface PortText {
  readonly port: ProgramPort;
  readonly role: Role;
  /** The variable that holds its array. */
  readonly variable: string;
  /** The function that takes it out of what the caller gave. */
  readonly taker: string;
  readonly array: string;
  readonly length: number;
}

export function portTexts(
  ports: readonly ProgramPort[],
  role: Role,
  variables: readonly string[],
  taken: Set<string>,
): PortText[] {
  return ports.map((port, index) => ({
    port,
    role,
    variable: variables[index] ?? "",
    taker: identifier(`${role}_${port.name}`, taken),
    array: elementTypes[port.type.elementType].array,
    length: elementCount(port.type.shape),
  }));
}

/**
 * A function that gives the port's array out of `values`: the array itself where it is of the right class and length
 * and an own property, else whatever `admit` makes of it.
 */
export function takerText({ port, role, taker, array, length }: PortText): string {
  const key = stringLiteral(port.name);
  return `function ${taker}(values) {
  const array = values?.[${key}];
  if (array instanceof ${array} && array.length === ${length} && Object.hasOwn(values, ${key})) return array;
  return admit("${role}", values, ${key}, signature.${role}s[${key}], ${length}, ${array});
}
`;
}

/** The statement that exports a model's signature. */
export function signatureText({ inputs, outputs }: Program): string {
  const rows = (ports: readonly ProgramPort[]): string =>
    ports
      .map(({ name, type: { elementType, shape } }) => {
        return `    ${propertyKey(name)}: { type: "${elementType}", shape: [${shape.join(", ")}] },\n`;
      })
      .join("");
  return `export const signature = {\n  inputs: {\n${rows(inputs)}  },\n  outputs: {\n${rows(outputs)}  },\n};`;
}

/** `f32[1,3,320,320], row-major: 307200 elements, 1.23 MB` */
export function describePort({ type }: ProgramPort): string {
  const { elementType, shape } = type;
  const length = elementCount(shape);
  const bits = elementType === "f16" || elementType === "bf16" ? ", each the 16 bits of the number" : "";
  const bool = elementType === "bool" ? ", each 0 or 1" : "";
  const size = formatBytes(length * elementTypes[elementType].bytes);
  const order = shape.length > 1 ? ", row-major" : "";
  return `${formatTensorType(type)}${order}: ${length} element${length === 1 ? "" : "s"}${bits}${bool}, ${size}`;
}

/** `1.23 MB`, `307 kB`, `12 bytes`: powers of ten. */
export function formatBytes(bytes: number): string {
  if (bytes < 1000) return `${bytes} bytes`;
  const [unit, size] = bytes < 1e6 ? ["kB", 1e3] : bytes < 1e9 ? ["MB", 1e6] : ["GB", 1e9];
  return `${Number((bytes / Number(size)).toPrecision(3))} ${unit}`;
}
