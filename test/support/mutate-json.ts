/**
 * Damages JSON the way careless tools and attackers do, by a seed: values of other types, numbers that are too large, members that are
 * missing or in another's place, elements twice, names of something else.
 */
import type { Json, JsonObject } from "../../src/frontends/tfjs/json.js";
import { diceOf, type Dice } from "./mutate.js";

type Container = { [key: string]: Json } | Json[];

/** A value within a document, by the container that holds it. */
interface Place {
  readonly holder: Container;
  readonly key: string;
}

/** A damaged copy: one to four damages. */
export function mutateJson(document: Json, seed: number): Json {
  const dice = diceOf(seed);
  const copy: { [key: string]: Json } = { root: structuredClone(document) };
  for (let count = 1 + dice(4); count > 0; count--) {
    const place = placeIn(copy, dice);
    damages[dice(damages.length)](place, placeIn(copy, dice), dice);
  }
  return copy["root"] ?? null;
}

/** A copy in which one to three names in lists are others of them: what takes what from where, cycles among it. */
export function mixNames(document: Json, seed: number): Json {
  const dice = diceOf(seed);
  const copy: { [key: string]: Json } = { root: structuredClone(document) };
  const names = placesIn(copy).filter((place) => Array.isArray(place.holder) && typeof at(place) === "string");
  for (let count = 1 + dice(3); count > 0 && names.length > 0; count--) {
    put(names[dice(names.length)], at(names[dice(names.length)]) ?? "");
  }
  return copy["root"] ?? null;
}

/** Any value of the document, one as likely as another, so that most damage is deep inside. */
function placeIn(root: Container, dice: Dice): Place {
  const places = placesIn(root);
  return places[dice(places.length)] ?? { holder: root, key: "root" };
}

function placesIn(root: Container): readonly Place[] {
  const found: Place[] = [];
  const pending: Container[] = [root];
  for (let holder = pending.pop(); holder !== undefined; holder = pending.pop()) {
    for (const key of Object.keys(holder)) {
      found.push({ holder, key });
      const value = at({ holder, key });
      if (typeof value === "object" && value !== null) pending.push(value as Container);
    }
  }
  return found;
}

function at({ holder, key }: Place): Json | undefined {
  return (holder as JsonObject)[key];
}

function put({ holder, key }: Place, value: Json): void {
  Object.defineProperty(holder, key, { value, enumerable: true, configurable: true, writable: true });
}

type Damage = (place: Place, other: Place, dice: Dice) => void;

const strange: readonly Json[] = [
  ...[0, 1, -1, 2, 3, 7, 1e3, 2 ** 31, 2 ** 53, -(2 ** 63), 1e300, 0.5],
  ...[
    "",
    "0",
    "-1",
    "2",
    "65536",
    "9223372036854775807",
    "1e9",
    "NaN",
    "U0FNRQ==",
    "VkFMSUQ=",
    "====",
    "__proto__",
    "../x",
    "x:1",
    "^x",
  ],
  ...[null, true, false, [], {}],
  ...[
    [1, 1, 1, 1],
    [[]],
    ["1", "-1", "0"],
    { i: "2" },
    { b: true },
    { s: "UkVGTEVDVA==" },
    { list: { i: ["1", "2"] } },
    { type: "DT_STRING" },
  ],
  ...[{ shape: { dim: [{ size: "-1" }] } }, { dim: [{ size: "99999999" }] }, { func: { name: "square" } }],
];

const damages: readonly Damage[] = [
  (place, _, dice) => put(place, structuredClone(strange[dice(strange.length)] ?? null)),
  (place, _, dice) => put(place, structuredClone(strange[dice(strange.length)] ?? null)),
  (place, other) => put(place, structuredClone(at(other) ?? null)),
  (place, other) => put(place, structuredClone(at(other) ?? null)),
  remove,
  swap,
  repeat,
  nudge,
  nudge,
];

function remove({ holder, key }: Place): void {
  if (Array.isArray(holder)) holder.splice(Number(key), 1);
  else delete holder[key];
}

function swap(place: Place, other: Place): void {
  const [mine, theirs] = [structuredClone(at(place) ?? null), structuredClone(at(other) ?? null)];
  put(place, theirs);
  put(other, mine);
}

function repeat({ holder, key }: Place, _: Place, dice: Dice): void {
  if (Array.isArray(holder)) holder.splice(dice(holder.length + 1), 0, structuredClone(holder[Number(key)] ?? null));
}

/** A number next to it, or a text with a mark more or less. */
function nudge(place: Place, _: Place, dice: Dice): void {
  const value = at(place);
  if (typeof value === "number") put(place, value + dice(5) - 2);
  else if (typeof value === "string" && /^-?\d+$/.test(value)) put(place, String(Number(value) + dice(5) - 2));
  else if (typeof value === "string") put(place, dice(2) === 0 ? value.slice(1) : `${value}${value.slice(0, 3)}`);
}
