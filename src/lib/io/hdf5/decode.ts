import { isUtf8 } from "node:buffer";
import { Hdf5Error } from "./byte-source.js";
import type { Datatype } from "./datatype.js";
import type { GlobalHeap } from "./global-heap.js";

/** Numbers as the file stores them, except that 64-bit whole numbers and 16-bit fractions come as float64. */
export type Numbers =
  Float64Array | Float32Array | Int32Array | Uint32Array | Int16Array | Uint16Array | Int8Array | Uint8Array;

/** A value of a compound, or of an attribute. */
export type Value = number | string | boolean | Value[];

/** Elements as numbers; the bytes are used, and may be changed. */
export function toNumbers(bytes: Uint8Array, type: Datatype): Numbers {
  if (type.kind === "enum") return toNumbers(bytes, type.base);
  if (type.kind !== "integer" && type.kind !== "float")
    throw new Hdf5Error("holds no numbers, where there must be", "unknown");
  const { size } = type;
  const aligned = bytes.byteOffset % size === 0 ? bytes : bytes.slice();
  if (type.bigEndian && size > 1) swap(aligned, size);
  const { buffer, byteOffset } = aligned;
  const count = aligned.length / size;
  if (type.kind === "float") {
    if (size === 8) return new Float64Array(buffer, byteOffset, count);
    if (size === 4) return new Float32Array(buffer, byteOffset, count);
    return Float64Array.from(new Uint16Array(buffer, byteOffset, count), halfToNumber);
  }
  switch (size) {
    case 1:
      return type.signed ? new Int8Array(buffer, byteOffset, count) : new Uint8Array(buffer, byteOffset, count);
    case 2:
      return type.signed ? new Int16Array(buffer, byteOffset, count) : new Uint16Array(buffer, byteOffset, count);
    case 4:
      return type.signed ? new Int32Array(buffer, byteOffset, count) : new Uint32Array(buffer, byteOffset, count);
    default:
      return wideToNumbers(new Uint32Array(buffer, byteOffset, 2 * count), type.signed);
  }
}

/** 64-bit whole numbers, given as pairs of a low and a high word. */
function wideToNumbers(words: Uint32Array, signed: boolean): Float64Array {
  const result = new Float64Array(words.length / 2);
  for (let i = 0, at = 0; i < result.length; i++, at += 2) {
    const high = words[at + 1]!;
    result[i] = words[at]! + (signed ? high | 0 : high) * 2 ** 32;
  }
  return result;
}

function swap(bytes: Uint8Array, size: number): void {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  if (size === 2) buffer.swap16();
  else if (size === 4) buffer.swap32();
  else buffer.swap64();
}

function halfToNumber(half: number): number {
  const exponent = (half >> 10) & 31;
  const fraction = half & 1023;
  const sign = half & 0x8000 ? -1 : 1;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction ? NaN : sign * Infinity;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

/**
 * Elements as texts. Text is taken for UTF-8 whatever the file says of it.
 *
 * @param onNotUtf8 - called with a text whose bytes are not UTF-8; it is read as Latin-1.
 */
export function toTexts(
  bytes: Uint8Array,
  type: Datatype,
  heap: GlobalHeap,
  onNotUtf8: (text: string) => void,
): string[] {
  if (type.kind !== "string" && type.kind !== "text")
    throw new Hdf5Error("holds no texts, where there must be", "unknown");
  const decode = (content: Buffer) => decodeText(content, onNotUtf8);
  if (type.kind === "text") {
    const aligned = bytes.byteOffset % 4 === 0 ? bytes : new Uint8Array(bytes);
    return heap.texts(new Uint32Array(aligned.buffer, aligned.byteOffset, aligned.length / 4), decode);
  }
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  return Array.from({ length: Math.floor(buffer.length / type.size) }, (_, i) =>
    decode(buffer.subarray(i * type.size, (i + 1) * type.size)),
  );
}

// Zeros at the end are padding in either kind of text.
function decodeText(bytes: Buffer, onNotUtf8: (text: string) => void): string {
  const end = bytes.indexOf(0);
  const content = end < 0 ? bytes : bytes.subarray(0, end);
  const text = content.toString("utf8");
  if (!text.includes("\uFFFD") || isUtf8(content)) return text;
  const latin1 = content.toString("latin1");
  onNotUtf8(latin1);
  return latin1;
}

/** One element of any kind known: number, text, true or false, or a list of the members of a compound or array. */
export function toValue(bytes: Buffer, type: Datatype, heap: GlobalHeap): Value {
  switch (type.kind) {
    case "integer":
    case "float":
      return toNumbers(Uint8Array.from(bytes.subarray(0, type.size)), type)[0]!;
    case "enum": {
      const value = toNumbers(Uint8Array.from(bytes.subarray(0, type.size)), type)[0]!;
      return isBoolean(type) ? value !== 0 : value;
    }
    case "string":
    case "text":
      return toTexts(bytes.subarray(0, type.size), type, heap, () => undefined)[0]!;
    case "compound":
      return type.members.map((member) => toValue(bytes.subarray(member.offset), member.type, heap));
    case "array": {
      const { length, base } = type;
      return Array.from({ length }, (_, i) => toValue(bytes.subarray(i * base.size), base, heap));
    }
    case "other":
      throw new Hdf5Error(`holds values of a kind that is not known here (${type.name})`, "unknown");
  }
}

/** Whether an enumeration is HDF5's convention for true and false. */
export function isBoolean(type: Datatype): boolean {
  return type.kind === "enum" && type.values.get("FALSE") === 0 && type.values.get("TRUE") === 1;
}
