import { defineProperty, deleteProperty, getOwnPropertyDescriptor } from "./primordials.js";

/** What of the language the kernel's own code is written in: these, their prototypes, and the globals that name them. */
const NAMES =
  "Object Function Array String Number Symbol Promise Map Set WeakMap RegExp JSON Math Reflect Error AggregateError " +
  "RangeError ReferenceError SyntaxError TypeError ArrayBuffer Uint8Array Buffer URL process setTimeout setImmediate";

interface Intrinsic {
  readonly target: object;
  readonly key: PropertyKey;
  readonly original: PropertyDescriptor;
}

let intrinsics: readonly Intrinsic[] | undefined;

/**
 * Runs the kernel's own code with the language's built-ins as they were at the first call, which comes before the first
 * cell; what cells have made of them is put back afterwards. Built-ins that cells have added stay throughout.
 */
export function undisturbed<T>(work: () => T): T {
  intrinsics ??= collect();
  let patches: PatchList | undefined;
  for (let i = 0; i < intrinsics.length; i++) {
    const { target, key, original } = intrinsics[i] as Intrinsic;
    if (isAsBefore(target, key, original)) continue;
    const current = getOwnPropertyDescriptor(target, key);
    try {
      defineProperty(target, key, original);
      patches = { target, key, current, next: patches };
    } catch {
      // A cell has made its patch unchangeable.
    }
  }
  try {
    return work();
  } finally {
    for (; patches; patches = patches.next) {
      if (patches.current) defineProperty(patches.target, patches.key, patches.current);
      else deleteProperty(patches.target, patches.key);
    }
  }
}

/** Reads values, where it can, since a descriptor costs ten times as much and there are a thousand to look at. */
function isAsBefore(target: object, key: PropertyKey, original: PropertyDescriptor): boolean {
  if (original.get) return getOwnPropertyDescriptor(target, key)?.get === original.get;
  try {
    return (target as Record<PropertyKey, unknown>)[key] === original.value;
  } catch {
    // A cell has put a getter there.
    return false;
  }
}

/** A list of its own: an array's methods may be among what is patched. */
interface PatchList {
  readonly target: object;
  readonly key: PropertyKey;
  readonly current: PropertyDescriptor | undefined;
  readonly next: PatchList | undefined;
}

function collect(): Intrinsic[] {
  const found: Intrinsic[] = [];
  const add = (target: object, key: PropertyKey): void => {
    const original = getOwnPropertyDescriptor(target, key);
    if (original?.configurable === true) found.push({ target, key, original });
  };
  const targets = new Set<object>();
  for (const name of NAMES.split(" ")) {
    add(globalThis, name);
    const value: unknown = Reflect.get(globalThis, name);
    if ((typeof value !== "object" && typeof value !== "function") || value === null || value === process) continue;
    targets.add(value);
    const { prototype } = value as { prototype?: object };
    if (prototype !== undefined) targets.add(prototype);
  }
  const iterators: object[] = [[].values(), ""[Symbol.iterator](), new Map().values(), new Set().values()];
  for (const iterator of [...iterators, "".matchAll(/./g)]) {
    targets.add(Object.getPrototypeOf(iterator) as object);
    targets.add(Object.getPrototypeOf(Object.getPrototypeOf(iterator)) as object);
  }
  targets.add(Object.getPrototypeOf(Uint8Array) as object).add(Object.getPrototypeOf(Uint8Array.prototype) as object);
  for (const target of targets) for (const key of Reflect.ownKeys(target)) add(target, key);
  return found;
}
