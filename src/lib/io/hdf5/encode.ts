import { MESSAGE } from "./object-header.js";
import { lookup3 } from "./checksum.js";

/** Typed arrays that are written as they lie in memory. */
export type NumberArray =
  | Float64Array
  | Float32Array
  | BigInt64Array
  | Int32Array
  | Uint32Array
  | Int16Array
  | Uint16Array
  | Int8Array
  | Uint8Array;

/** A message of an object header. */
export interface Part {
  type: number;
  body: Buffer;
}

/** No address. */
export const UNDEFINED = 2n ** 64n - 1n;

/** Bytes of a list of fields, each `[bytes, value]`, little-endian. */
export function fields(...list: [number, number | bigint][]): Buffer {
  const buffer = Buffer.alloc(list.reduce((sum, [bytes]) => sum + bytes, 0));
  let at = 0;
  for (const [bytes, value] of list) {
    if (bytes === 8) buffer.writeBigUInt64LE(BigInt(value), at);
    else buffer.writeUIntLE(Number(value), at, bytes);
    at += bytes;
  }
  return buffer;
}

// Datatype messages, version 1 but for the enumeration (HDF5 file format specification, IV.A.2.d).
const integer = (size: number, signed: boolean) =>
  fields([1, 0x10], [3, signed ? 8 : 0], [4, size], [2, 0], [2, 8 * size]);

export const FLOAT64 = fields(
  [1, 0x11],
  [3, 0x3f20],
  [4, 8],
  [2, 0],
  [2, 64],
  [1, 52],
  [1, 11],
  [1, 0],
  [1, 52],
  [4, 1023],
);
export const FLOAT32 = fields(
  [1, 0x11],
  [3, 0x1f20],
  [4, 4],
  [2, 0],
  [2, 32],
  [1, 23],
  [1, 8],
  [1, 0],
  [1, 23],
  [4, 127],
);
export const INT64 = integer(8, true);
/** Text of any length, UTF-8. */
export const TEXT = Buffer.concat([fields([1, 0x19], [3, 0x0101], [4, 16]), integer(1, false)]);
/** HDF5's convention for true and false: an int8 with two names. */
export const BOOLEAN = Buffer.concat([
  fields([1, 0x38], [3, 2], [4, 1]),
  integer(1, true),
  Buffer.from("FALSE\0TRUE\0"),
  fields([1, 0], [1, 1]),
]);

/** The datatype of a typed array's elements. */
export function datatypeOf(data: NumberArray): Buffer {
  if (data instanceof Float64Array) return FLOAT64;
  if (data instanceof Float32Array) return FLOAT32;
  const signed =
    data instanceof Int32Array ||
    data instanceof Int16Array ||
    data instanceof Int8Array ||
    data instanceof BigInt64Array;
  return integer(data.BYTES_PER_ELEMENT, signed);
}

/** The datatype of records: members one after the other, version 3 (names are not padded). */
export function compoundDatatype(members: readonly { name: string; type: Buffer }[]): Buffer {
  const size = members.reduce((sum, { type }) => sum + sizeOf(type), 0);
  const width = size < 2 ** 8 ? 1 : size < 2 ** 16 ? 2 : size < 2 ** 24 ? 3 : 4;
  let offset = 0;
  const parts = members.map(({ name, type }) => {
    const part = Buffer.concat([Buffer.from(`${name}\0`), fields([width, offset]), type]);
    offset += sizeOf(type);
    return part;
  });
  return Buffer.concat([fields([1, 0x36], [3, members.length], [4, size]), ...parts]);
}

/** Bytes of an element of a datatype. */
export function sizeOf(type: Buffer): number {
  return type.readUInt32LE(4);
}

/** A dataspace message; [] is a single value. */
export function dataspace(shape: readonly number[]): Buffer {
  const extents = shape.map((extent): [number, number] => [8, extent]);
  return fields([1, 2], [1, shape.length], [1, 0], [1, shape.length === 0 ? 0 : 1], ...extents);
}

/** An attribute message, version 3. */
export function attributeMessage(name: string, type: Buffer, shape: readonly number[], data: Buffer): Part {
  const bytes = Buffer.from(`${name}\0`);
  const space = dataspace(shape);
  const head = fields([1, 3], [1, 0], [2, bytes.length], [2, type.length], [2, space.length], [1, 1]);
  return { type: MESSAGE.attribute, body: Buffer.concat([head, bytes, type, space, data]) };
}

/**
 * An object header, version 2.
 *
 * @throws TypeError where a message is too large for one: more than 64 kB.
 */
export function objectHeader(parts: readonly Part[]): Buffer {
  const messages = parts.map(({ type, body }) => {
    if (body.length > 0xffff) throw new TypeError(`an attribute of ${body.length} bytes has no form in an HDF5 file`);
    return Buffer.concat([fields([1, type], [2, body.length], [1, 0]), body]);
  });
  const length = messages.reduce((sum, message) => sum + message.length, 0);
  return withChecksum(Buffer.concat([Buffer.from("OHDR"), fields([1, 2], [1, 2], [4, length]), ...messages]));
}

/** The bytes and their checksum after them. */
export function withChecksum(bytes: Buffer): Buffer {
  return Buffer.concat([bytes, fields([4, lookup3(bytes)])]);
}
