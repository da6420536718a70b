/**
 * The part of the protocol buffer wire format that a SavedModel needs: fields are bytes, and a message is the
 * concatenation of its fields (https://protobuf.dev/programming-guides/encoding).
 */
export type Bytes = Uint8Array;

const utf8 = new TextEncoder();

/** Field of a varint type (int32, int64, bool, enum); negative numbers take ten bytes as the format demands. */
export function varintField(field: number, value: number | bigint): Bytes {
  return message(varint(BigInt(field << 3)), varint(BigInt.asUintN(64, BigInt(value))));
}

/** Field of type float. */
export function floatField(field: number, value: number): Bytes {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setFloat32(0, value, true);
  return message(varint(BigInt((field << 3) | 5)), bytes);
}

/** Field of type bytes, string or embedded message. */
export function bytesField(field: number, value: Bytes | string): Bytes {
  const bytes = typeof value === "string" ? utf8.encode(value) : value;
  return message(varint(BigInt((field << 3) | 2)), varint(BigInt(bytes.byteLength)), bytes);
}

/** The fields of a message, one after the other. */
export function message(...fields: Bytes[]): Bytes {
  return Buffer.concat(fields);
}

function varint(value: bigint): Bytes {
  const bytes: number[] = [];
  do {
    const low = Number(value & 127n);
    value >>= 7n;
    bytes.push(value > 0n ? low | 128 : low);
  } while (value > 0n);
  return Uint8Array.from(bytes);
}
