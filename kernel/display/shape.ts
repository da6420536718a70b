import { types } from "node:util";

// As they were before the first cell, which may patch them.
const { getPrototypeOf, getOwnPropertyDescriptor } = Object;
const { apply } = Reflect;
const { isProxy } = types;

/** Whether an object has methods of all these names, own or inherited; found without running any code of its own. */
export function hasMethods(value: object, names: readonly string[]): boolean {
  for (const name of names) if (typeof propertyOf(value, name) !== "function") return false;
  return true;
}

/** A property's value, own or inherited; undefined where only a getter or a Proxy could tell it. */
export function propertyOf(value: object, name: PropertyKey): unknown {
  for (
    let object: object | null = value;
    object !== null && !isProxy(object);
    object = getPrototypeOf(object) as object
  ) {
    const property = getOwnPropertyDescriptor(object, name);
    if (property) return property.value;
  }
  return undefined;
}

/**
 * An object's own property, unread if it has a getter; undefined for a stack, which the engine formats as it is looked at, by code
 * that cells may have a part in.
 */
export function ownProperty(object: object, name: PropertyKey): PropertyDescriptor | undefined {
  return name === "stack" ? undefined : getOwnPropertyDescriptor(object, name);
}

/** Reads what a getter of the engine's own gives of an object, whatever has become of the object's. */
export function getterOf<T>(prototype: object, name: string): (of: object) => T {
  const { get } = getOwnPropertyDescriptor(prototype, name) as { get: () => T };
  return (of) => apply(get, of, []) as T;
}
