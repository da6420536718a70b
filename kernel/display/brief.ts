import { types } from "node:util";
import { shortNumber } from "./number.js";
import { nameOfClass } from "./class-name.js";
import { getterOf, ownProperty } from "./shape.js";

const MAX_ITEMS = 6;
const MAX_TEXT = 60;
const MAX_LENGTH = 160;

// Those of the engine: an object's own would be code of a cell.
const { getOwnPropertyDescriptor, getPrototypeOf, keys } = Object;
const { apply } = Reflect;
const { isMap, isNativeError, isProxy, isSet, isTypedArray } = types;
const { toString: sourceOf } = Function.prototype;
const { toISOString } = Date.prototype;
const sizeOfMap = getterOf<number>(Map.prototype, "size");
const sizeOfSet = getterOf<number>(Set.prototype, "size");
const lengthOfTyped = getterOf<number>(getPrototypeOf(Uint8Array.prototype) as object, "length");

/** Number of entries of an array, typed array, Map or Set; undefined for anything else. */
export function sizeOf(value: object): number | undefined {
  if (Array.isArray(value)) return value.length;
  if (isTypedArray(value)) return lengthOfTyped(value);
  if (isMap(value)) return sizeOfMap(value);
  return isSet(value) ? sizeOfSet(value) : undefined;
}

/** A value in one line, cut short, read without running any code of its own: getters and Proxies are left alone. */
export function brief(value: unknown, isNested = false): string {
  const text = isProxyValue(value) ? "Proxy" : textOf(value, isNested);
  return text.length > MAX_LENGTH ? `${text.slice(0, MAX_LENGTH - 1)}…` : text;
}

const isProxyValue = (value: unknown): boolean =>
  ((typeof value === "object" && value !== null) || typeof value === "function") && isProxy(value);

function textOf(value: unknown, isNested: boolean): string {
  if (typeof value === "string") return quoted(value);
  if (typeof value === "bigint") return textOfBigInt(value);
  if (typeof value === "function") return textOfFunction(value);
  if (typeof value !== "object" || value === null) return Object.is(value, -0) ? "-0" : String(value);
  if (types.isDate(value)) return textOfDate(value);
  if (isNativeError(value)) return `${nameOfClass(value)}: ${ownText(value, "message")}`;
  const size = sizeOf(value);
  if (isNested) return size === undefined ? `${nameOfClass(value)} {…}` : `${nameOfClass(value)}(${size})`;
  if (size !== undefined) return isMap(value) || isSet(value) ? textOfEntries(value, size) : textOfItems(value, size);
  return textOfProperties(value);
}

function quoted(text: string): string {
  return text.length > MAX_TEXT ? `${JSON.stringify(text.slice(0, MAX_TEXT)).slice(0, -1)}…"` : JSON.stringify(text);
}

/** Decimal digits take a time that grows with the square of their number. */
function textOfBigInt(value: bigint): string {
  if (BigInt.asIntN(64, value) === value) return `${value}n`;
  const sign = value < 0n ? "-" : "";
  return `${sign}0x${(value < 0n ? -value : value).toString(16)}n`;
}

function textOfFunction(value: object): string {
  const name = ownText(value, "name");
  const isClass = (apply(sourceOf, value, []) as string).startsWith("class");
  return isClass ? `class ${name}` : `${name}()`;
}

function textOfDate(value: Date): string {
  try {
    return apply(toISOString, value, []) as string;
  } catch {
    return "Invalid Date";
  }
}

function textOfItems(list: object, size: number): string {
  const items: string[] = [];
  for (let i = 0; i < Math.min(size, MAX_ITEMS); i++) {
    const item = getOwnPropertyDescriptor(list, i);
    items.push(item ? briefOfProperty(item) : "");
  }
  return `[${joined(items, size)}]`;
}

function textOfEntries(container: Map<unknown, unknown> | Set<unknown>, size: number): string {
  const entries: string[] = [];
  for (const [key, value] of firstEntries(container, MAX_ITEMS)) {
    entries.push(isMap(container) ? `${brief(key, true)} → ${brief(value, true)}` : brief(value, true));
  }
  return `{${joined(entries, size)}}`;
}

function textOfProperties(value: object): string {
  const names = keys(value);
  const shown = names.slice(0, MAX_ITEMS).map((name) => `${name}: ${briefOfProperty(ownProperty(value, name))}`);
  return `{${joined(shown, names.length)}}`;
}

function briefOfProperty(property: PropertyDescriptor | undefined): string {
  if (!property) return "…";
  if (property.get || property.set) return "(getter)";
  const value: unknown = property.value;
  return typeof value === "number" ? shortNumber(value) : brief(value, true);
}

const joined = (items: readonly string[], size: number): string =>
  `${items.join(", ")}${size > items.length ? `, … ${size - items.length} more` : ""}`;

/** A property that is a text; anything else would have to be asked for one. */
function ownText(value: object, name: string): string {
  const text: unknown = getOwnPropertyDescriptor(value, name)?.value;
  return typeof text === "string" ? text : "";
}

const { entries: entriesOfMap } = Map.prototype;
const { entries: entriesOfSet } = Set.prototype;

/** The first entries of a Map or Set, as key and value, whatever has become of its own iterator. */
export function* firstEntries(
  container: Map<unknown, unknown> | Set<unknown>,
  count: number,
): Generator<readonly [unknown, unknown]> {
  const entries = apply(isMap(container) ? entriesOfMap : entriesOfSet, container, []) as MapIterator<
    [unknown, unknown]
  >;
  for (let i = 0, next = entries.next(); i < count && next.done !== true; i++, next = entries.next()) yield next.value;
}
