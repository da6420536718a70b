import { inspect, types, type InspectOptions } from "node:util";

/** The most that is shown of one value. */
const MAX_DEPTH = 4;
const MAX_ITEMS = 100;
const MAX_KEYS = 300;
const MAX_STRING = 10_000;
const MAX_TEXT = 1_000_000;

/** Entries shown at all depths together, a long string counting as several: beyond it, fewer depths are shown. */
const MAX_ENTRIES = 20_000;
const CHARACTERS_OF_ENTRY = 20;

/** From this length on an array is copied in part: for one with holes Node would list every index. */
const LONG_ARRAY = 10_000;

const OPTIONS: InspectOptions = { maxArrayLength: MAX_ITEMS, maxStringLength: MAX_STRING };

/** What Node 20 adds to every promise while asynchronous work is followed. */
const ASYNC_IDS = /,\s*\[Symbol\((?:async_id_symbol|trigger_async_id_symbol|kResourceStore)\)\]: [\w.]+/g;
const LONELY_PROMISE = /Promise \{\s*([^\n]*?),\s*\[Symbol\(async_id_symbol\)\]: [^}]*\}/g;

// As they were before the first cell, which may patch them.
const { apply } = Reflect;
const { create, getPrototypeOf, defineProperty, getOwnPropertyDescriptor, keys } = Object;
const { isArray } = Array;
const { isMap, isProxy, isSet, isTypedArray } = types;
const { slice } = Array.prototype;
const { replace } = String.prototype;
const { values: valuesOfMap } = Map.prototype;
const { values: valuesOfSet } = Set.prototype;

/**
 * A value as text, in time and length that do not grow with it: as Node inspects it, with fewer depths where there is much,
 * and the first properties of an object that has too many.
 *
 * @param onFailure - told what the value's own `inspect` threw; the value is then inspected without it.
 */
export function textOf(value: unknown, onFailure: (error: unknown) => void = () => undefined): string {
  try {
    return bounded(value);
  } catch (error) {
    onFailure(error);
  }
  try {
    return cut(inspect(value, { ...OPTIONS, depth: 0, customInspect: false }));
  } catch {
    return "(a value that cannot be shown)";
  }
}

function bounded(value: unknown): string {
  if (typeof value !== "object" || value === null || isProxy(value)) return show(value, MAX_DEPTH);
  if (isArray(value) && value.length >= LONG_ARRAY && getPrototypeOf(value) === Array.prototype) {
    return textOfItems(apply(slice, value, [0, MAX_ITEMS + 1]) as unknown[], value.length);
  }
  if (isArray(value) || isTypedArray(value) || inspect.custom in value) return show(value, fittingDepth(value));
  const names = keys(value);
  if (names.length <= MAX_KEYS) return show(value, fittingDepth(value));
  const beginning = create(getPrototypeOf(value)) as object;
  for (const name of apply(slice, names, [0, MAX_KEYS]) as string[]) {
    defineProperty(beginning, name, getOwnPropertyDescriptor(value, name) ?? {});
  }
  const left = names.length - MAX_KEYS;
  return replaced(show(beginning, fittingDepth(beginning)), /\s*\}$/, `,\n  ... ${left} more properties\n}`);
}

/** A list as text, of which only the first items are at hand: up to 101, and how many there are in all. */
export function textOfItems(items: readonly unknown[], count: number): string {
  const left = `${count - MAX_ITEMS} more items$1`;
  return replaced(show(items, fittingDepth(items)), /1 more item(\s*\])$/, left);
}

function show(value: unknown, depth: number): string {
  const text = replaced(cut(inspect(value, { ...OPTIONS, depth })), LONELY_PROMISE, "Promise { $1 }");
  return replaced(text, ASYNC_IDS, "");
}

const replaced = (text: string, pattern: RegExp, by: string): string => apply(replace, text, [pattern, by]);

/** How many depths of a value can be shown. */
function fittingDepth(value: object): number {
  let level = [value];
  let entries = 0;
  for (let depth = 0; depth <= MAX_DEPTH; depth++) {
    const next: object[] = [];
    for (const object of level) {
      for (const entry of entriesOf(object)) {
        entries += 1;
        if (typeof entry === "string") entries += Math.min(entry.length, MAX_STRING) / CHARACTERS_OF_ENTRY;
        if (entries > MAX_ENTRIES) return Math.max(0, depth - 1);
        if (typeof entry === "object" && entry !== null && !isProxy(entry)) next[next.length] = entry;
      }
    }
    level = next;
  }
  return MAX_DEPTH;
}

/** What an object holds, as far as it is shown, read without running any code of its own. */
function* entriesOf(object: object): Generator<unknown> {
  if (isTypedArray(object)) return;
  if (isMap(object) || isSet(object)) {
    const values = apply(isMap(object) ? valuesOfMap : valuesOfSet, object, []) as IterableIterator<unknown>;
    for (let i = 0, next = values.next(); i < MAX_ITEMS && next.done !== true; i++, next = values.next())
      yield next.value;
    return;
  }
  const names = isArray(object) ? undefined : keys(object);
  const count = names?.length ?? Math.min((object as unknown[]).length, MAX_ITEMS);
  for (let i = 0; i < count; i++) yield getOwnPropertyDescriptor(object, names?.[i] ?? i)?.value;
}

const cut = (text: string): string =>
  text.length <= MAX_TEXT ? text : `${text.slice(0, MAX_TEXT)}\n... ${text.length - MAX_TEXT} more characters`;
