/**
 * A protobuf message as data: its fields by number. The rows of a table are checked against the TypeScript type of the message,
 * so a misspelt name, a forgotten `repeated` or a wrong nested message does not compile; that the numbers are right, models show.
 */
import type { NumberKind, NumberList } from "./number-list.js";

/** How one value of a field is written: numbers as protobuf calls them, text, or bytes. */
export type ScalarKind = NumberKind | "string" | "bytes";

/** One field as the decoder sees it. */
export type Field =
  | { readonly name: string; readonly kind: ScalarKind; readonly repeated?: boolean }
  | {
      readonly name: string;
      readonly kind: "message";
      readonly repeated?: boolean;
      /** The table of the nested message; a function, because messages contain one another. */
      readonly message: () => Table<object>;
    };

export interface Table<Message> {
  /** The message as onnx.proto calls it. */
  readonly name: string;
  readonly fields: Readonly<Record<number, Field | undefined>>;
  /** A message without any field. */
  readonly empty: () => Message;
}

/** The form of a field that holds one `Value`. */
type Single<Name, Value> = Value extends string
  ? { readonly name: Name; readonly kind: "string" }
  : Value extends Uint8Array
    ? { readonly name: Name; readonly kind: "bytes" }
    : Value extends number
      ? { readonly name: Name; readonly kind: "float" | "int32" }
      : Value extends bigint
        ? { readonly name: Name; readonly kind: "int64" }
        : { readonly name: Name; readonly kind: "message"; readonly message: () => Table<Value> };

/** The form of a field that holds many. */
type Many<Name, Item> = Item extends string
  ? { readonly name: Name; readonly kind: "string"; readonly repeated: true }
  : Item extends Uint8Array
    ? { readonly name: Name; readonly kind: "bytes"; readonly repeated: true }
    : {
        readonly name: Name;
        readonly kind: "message";
        readonly message: () => Table<Item>;
        readonly repeated: true;
      };

type FieldOf<Name, Value> =
  Value extends NumberList<infer Kind>
    ? { readonly name: Name; readonly kind: Kind; readonly repeated: true }
    : Value extends readonly (infer Item)[]
      ? Many<Name, Item>
      : Single<Name, Value>;

/** The rows a table of `Message` may have: one form for each of its properties. */
type Row<Message> = { [Name in keyof Message]-?: FieldOf<Name, NonNullable<Message[Name]>> }[keyof Message];

/** The table of a message whose fields may all be absent. */
export function messageTable<Message extends object>(
  name: string,
  fields: Readonly<Record<number, Row<Message>>>,
): Table<Message> {
  return { name, fields: fields as Table<Message>["fields"], empty: () => ({}) as Message };
}
