import { Cursor, Hdf5Error, textAt } from "./byte-source.js";

/** What the elements of a dataset are (HDF5 file format specification, IV.A.2.d). */
export type Datatype =
  | { kind: "integer"; size: number; signed: boolean; bigEndian: boolean }
  | { kind: "float"; size: number; bigEndian: boolean }
  | { kind: "string"; size: number }
  | { kind: "text"; size: number }
  | { kind: "enum"; size: number; base: Datatype; values: Map<string, number> }
  | { kind: "compound"; size: number; members: { name: string; offset: number; type: Datatype }[] }
  | { kind: "array"; size: number; length: number; base: Datatype }
  | { kind: "other"; size: number; name: string };

const OTHERS: Record<number, string> = { 2: "time", 4: "bit field", 5: "opaque", 7: "reference", 9: "sequence" };

/** Reads a datatype message. */
export function parseDatatype(body: Buffer): Datatype {
  return parse(new Cursor(body), 0);
}

function parse(cursor: Cursor, depth: number): Datatype {
  if (depth > 16) throw new Hdf5Error("a datatype is nested too deeply");
  const head = cursor.uint(1);
  const [type, version] = [head & 15, head >> 4];
  const bits = cursor.uint(3);
  const size = cursor.uint(4);
  if (version < 1 || version > 5) throw new Hdf5Error(`a datatype has version ${version}`);
  if (size === 0) throw new Hdf5Error("a datatype has no size");
  switch (type) {
    case 0:
      cursor.skip(4);
      return {
        kind: "integer",
        size: expectSize(size, [1, 2, 4, 8]),
        signed: (bits & 8) !== 0,
        bigEndian: (bits & 1) !== 0,
      };
    case 1:
      cursor.skip(12);
      return { kind: "float", size: expectSize(size, [2, 4, 8]), bigEndian: (bits & 1) !== 0 };
    case 3:
      return { kind: "string", size };
    case 6:
      return parseCompound(cursor, version, bits & 0xffff, size, depth);
    case 8:
      return parseEnum(cursor, version, bits & 0xffff, size, depth);
    case 9:
      parse(cursor, depth + 1);
      if ((bits & 15) === 1) return { kind: "text", size: expectSize(size, [16]) };
      return { kind: "other", size, name: OTHERS[9]! };
    case 10: {
      const dimensions = cursor.uint(1);
      if (version < 3) cursor.skip(3);
      let length = 1;
      for (let i = 0; i < dimensions; i++) length *= cursor.uint(4);
      if (version < 3) cursor.skip(4 * dimensions);
      const base = parse(cursor, depth + 1);
      if (length * base.size !== size) throw new Hdf5Error("an array datatype has a wrong size");
      return { kind: "array", size, length, base };
    }
    default:
      // Their properties are of no length known here, so nothing can follow them.
      cursor.skip(cursor.left);
      return { kind: "other", size, name: OTHERS[type] ?? `class ${type}` };
  }
}

function parseCompound(cursor: Cursor, version: number, count: number, size: number, depth: number): Datatype {
  const members = [];
  for (let i = 0; i < count; i++) {
    const name = parseName(cursor, version);
    let width = 4;
    if (version >= 3) for (width = 1; width < 4 && size >= 2 ** (8 * width); width++);
    const offset = cursor.uint(width);
    let length = 1;
    if (version === 1) {
      const dimensions = cursor.uint(1);
      cursor.skip(11);
      for (let at = 0; at < 4; at++) {
        const extent = cursor.uint(4);
        if (at < dimensions) length *= extent;
      }
    }
    const base = parse(cursor, depth + 1);
    const type: Datatype = length === 1 ? base : { kind: "array", size: length * base.size, length, base };
    if (offset + type.size > size) throw new Hdf5Error(`the member "${name}" leaves its compound`);
    members.push({ name, offset, type });
  }
  return { kind: "compound", size, members };
}

function parseEnum(cursor: Cursor, version: number, count: number, size: number, depth: number): Datatype {
  const base = parse(cursor, depth + 1);
  if (base.kind !== "integer" || base.size !== size) throw new Hdf5Error("an enumeration is not of whole numbers");
  const names = Array.from({ length: count }, () => parseName(cursor, version));
  const values = names.map(() => {
    const bytes = cursor.bytes(size);
    if (size > 6) return bytes[0]!;
    return base.bigEndian ? bytes.readIntBE(0, size) : bytes.readIntLE(0, size);
  });
  return { kind: "enum", size, base, values: new Map(names.map((name, i) => [name, values[i]!])) };
}

function parseName(cursor: Cursor, version: number): string {
  const start = cursor.at;
  const name = textAt(cursor.buffer, start);
  const length = cursor.buffer.indexOf(0, start) + 1 - start;
  cursor.skip(version < 3 ? Math.ceil(length / 8) * 8 : length);
  return name;
}

function expectSize(size: number, known: number[]): number {
  if (!known.includes(size)) throw new Hdf5Error(`numbers of ${size} bytes`, "unknown");
  return size;
}
