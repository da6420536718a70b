import { writeSync as fsWriteSync, readSync as fsReadSync } from "node:fs";
import { inspect as utilInspect, types } from "node:util";

/**
 * Built-ins as they were before the first cell: a cell may patch prototypes and globals, and the kernel's own code must
 * not notice.
 */
export const { parse: parseJson, stringify: toJson } = JSON;
export const { defineProperty, getOwnPropertyDescriptor, create: createObject } = Object;
export const { apply, deleteProperty } = Reflect;
export const { from: bufferFrom } = Buffer;
export const { isArray } = Array;
export const { isPromise, isNativeError, isAnyArrayBuffer, isArrayBufferView } = types;
export const writeSync = fsWriteSync;
export const readSync = fsReadSync;
export const inspect = utilInspect;
export const laterImmediate = setImmediate;
export const { setTimeout: later, clearTimeout: cancel } = globalThis;
export const now = performance.now.bind(performance);
export const { nextTick } = process;
export const waitAtomic = Atomics.wait;
/** Those of `Atomics` that the threads of the session speak by. */
export const atomics = Object.freeze({
  compareExchange: Atomics.compareExchange,
  load: Atomics.load,
  store: Atomics.store,
  wait: Atomics.wait,
});

const { then } = Promise.prototype;
const { toString: decode, write } = Buffer.prototype;

/** `promise.then`, whatever has become of its prototype. */
export function onSettled<T>(
  promise: Promise<T>,
  done: (value: T) => void,
  failed?: (reason: unknown) => void,
): Promise<void> {
  return apply(then, promise, [done, failed]) as Promise<void>;
}

/** The base64 of bytes. */
export const toBase64 = (bytes: Buffer): string => apply(decode, bytes, ["base64"]) as string;

/** Writes text into bytes, and returns how many it took. */
export const writeText = (bytes: Buffer, text: string, offset: number): number =>
  apply(write, bytes, [text, offset]) as number;
