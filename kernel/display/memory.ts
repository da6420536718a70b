import { types } from "node:util";
import { firstEntries, sizeOf } from "./brief.js";
import { privateParts } from "./overview.js";
import { getterOf, ownProperty, propertyOf } from "./shape.js";
import { isTensor } from "./tensor.js";

/** Memory that a value holds. */
export interface Memory {
  readonly bytes: number;
  /** Whether all of it was looked at; otherwise a part was, and the rest taken to be like it. */
  readonly isExact: boolean;
}

/** Entries of one container that are looked at, spread evenly over it; of one value altogether; and how deep. */
const SAMPLE = 100;
const MAX_ENTRIES = 10_000;
const MAX_DEPTH = 50;

const SLOT = 8;
const OBJECT = 24;
const ENTRY_OF_MAP = 32;

const BYTES_OF_DTYPE: Readonly<Record<string, number>> = { float32: 4, int32: 4, bool: 1, complex64: 8 };

// Those of the engine: an object's own would be code of a cell.
const { getPrototypeOf, getOwnPropertyNames } = Object;
const bufferOfTyped = getterOf<ArrayBufferLike>(getPrototypeOf(Uint8Array.prototype) as object, "buffer");
const bufferOfView = getterOf<ArrayBufferLike>(DataView.prototype, "buffer");
const lengthOfBuffer = getterOf<number>(ArrayBuffer.prototype, "byteLength");
const lengthOfShared = getterOf<number>(SharedArrayBuffer.prototype, "byteLength");

/**
 * Estimates what a value holds, itself and all that it refers to, each part once, without running any code of its own. Large
 * containers are sampled, so that the time does not grow with the value. What functions close over is not counted.
 */
export function memoryOf(value: unknown): Memory {
  return new Survey().of(value);
}

class Survey {
  readonly #seen = new Set<object>();
  #entries = 0;
  #isExact = true;

  of(value: unknown): Memory {
    return { bytes: Math.round(SLOT + this.#held(value, 0)), isExact: this.#isExact };
  }

  /** Bytes beyond the slot that a value stands in. */
  #held(value: unknown, depth: number): number {
    if (typeof value === "string") return 16 + value.length * widthOf(value);
    if (typeof value === "bigint") return 16;
    if (typeof value === "function") return 2 * OBJECT;
    if (typeof value !== "object" || value === null || this.#seen.has(value)) return 0;
    this.#entries += 1;
    if (types.isProxy(value) || depth > MAX_DEPTH || this.#entries > MAX_ENTRIES) {
      this.#isExact = false;
      return OBJECT;
    }
    this.#seen.add(value);
    return OBJECT + this.#contents(value, depth + 1);
  }

  #contents(value: object, depth: number): number {
    if (types.isAnyArrayBuffer(value)) return bytesOfBuffer(value);
    if (types.isTypedArray(value)) return this.#held(bufferOfTyped(value), depth);
    if (types.isDataView(value)) return this.#held(bufferOfView(value), depth);
    if (isTensor(value)) return bytesOfTensor(value);
    if (types.isMap(value) || types.isSet(value)) return this.#entriesOf(value, depth);
    const size = Array.isArray(value) ? value.length : undefined;
    if (size !== undefined) return this.#sampled(size, (i) => this.#property(value, i, depth));
    const names = getOwnPropertyNames(value);
    const own = this.#sampled(names.length, (i) => this.#property(value, names[i] as string, depth));
    return own + privateParts(value).reduce<number>((sum, part) => sum + this.#held(part, depth), 0);
  }

  #entriesOf(container: Map<unknown, unknown> | Set<unknown>, depth: number): number {
    const size = sizeOf(container) ?? 0;
    let bytes = 0;
    for (const [key, value] of firstEntries(container, SAMPLE)) {
      bytes += ENTRY_OF_MAP + this.#held(key, depth) + this.#held(value, depth);
    }
    return this.#scaled(bytes, Math.min(size, SAMPLE), size);
  }

  #sampled(size: number, bytesAt: (i: number) => number): number {
    const looked = Math.min(size, SAMPLE);
    let bytes = 0;
    for (let i = 0; i < looked; i++) bytes += bytesAt(Math.floor((i * size) / looked));
    return this.#scaled(bytes, looked, size);
  }

  #scaled(bytes: number, looked: number, size: number): number {
    if (looked < size) this.#isExact = false;
    return looked === 0 ? 0 : (bytes * size) / looked;
  }

  #property(object: object, name: string | number, depth: number): number {
    return SLOT + this.#held(ownProperty(object, name)?.value, depth);
  }
}

const bytesOfBuffer = (buffer: ArrayBufferLike): number =>
  types.isSharedArrayBuffer(buffer) ? lengthOfShared(buffer) : lengthOfBuffer(buffer);

/** The engine stores a text by one byte a character where it can; the beginning tells. */
const widthOf = (text: string): number => (/[^\u0000-\u00ff]/.test(text.slice(0, 1000)) ? 2 : 1);

function bytesOfTensor(tensor: object): number {
  const size = propertyOf(tensor, "size");
  if (typeof size !== "number" || propertyOf(tensor, "isDisposedInternal") === true) return 0;
  return size * (BYTES_OF_DTYPE[String(propertyOf(tensor, "dtype"))] ?? SLOT);
}
