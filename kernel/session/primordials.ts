import { writeSync as fsWriteSync, readSync as fsReadSync } from "node:fs";
import { inspect as utilInspect, types } from "node:util";

/**
 * Built-ins as they were before the first cell: a cell may patch prototypes and globals, and the kernel's own code must
 * not notice.
 */
export const { parse: parseJson, stringify: toJson } = JSON;
export const { defineProperty, getOwnPropertyDescriptor, create: createObject } = Object;
export const { apply } = Reflect;
export const { from: bufferFrom } = Buffer;
export const { isPromise, isNativeError } = types;
export const writeSync = fsWriteSync;
export const readSync = fsReadSync;
export const inspect = utilInspect;
export const laterImmediate = setImmediate;
export const waitAtomic = Atomics.wait;

const { then } = Promise.prototype;

/** `promise.then`, whatever has become of its prototype. */
export function onSettled<T>(
  promise: Promise<T>,
  done: (value: T) => void,
  failed?: (reason: unknown) => void,
): Promise<void> {
  return apply(then, promise, [done, failed]) as Promise<void>;
}
