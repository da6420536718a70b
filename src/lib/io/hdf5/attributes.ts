import { readBTree2 } from "./b-tree-2.js";
import { type ByteSource, Cursor, Hdf5Error } from "./byte-source.js";
import { elementCount, parseDataspace } from "./dataspace.js";
import { parseDatatype } from "./datatype.js";
import { toValue, type Value } from "./decode.js";
import { FractalHeap } from "./fractal-heap.js";
import type { GlobalHeap } from "./global-heap.js";
import { type Message, MESSAGE } from "./object-header.js";

/** An attribute, whose value is read on demand. */
export interface Attribute {
  name: string;
  value: (heap: GlobalHeap) => Value;
}

/** An object's attributes by name: in its header, or where there are many in a heap. */
export function readAttributes(source: ByteSource, messages: readonly Message[]): Map<string, Attribute> {
  const found = new Map<string, Attribute>();
  const add = (body: Buffer) => {
    const attribute = parseAttribute(body);
    found.set(attribute.name, attribute);
  };
  for (const { type, body } of messages) {
    if (type === MESSAGE.attribute) add(body);
    if (type !== MESSAGE.attributeInfo) continue;
    const cursor = new Cursor(body);
    cursor.skip(1);
    if (cursor.uint(1) & 1) cursor.skip(2);
    const heapAddress = cursor.address();
    const tree = cursor.address();
    if (heapAddress === undefined || tree === undefined) continue;
    const heap = new FractalHeap(source, heapAddress);
    for (const record of readBTree2(source, tree)) add(heap.read(record.subarray(0, 8)));
  }
  return found;
}

function parseAttribute(body: Buffer): Attribute {
  const cursor = new Cursor(body);
  const version = cursor.uint(1);
  if (version < 1 || version > 3) throw new Hdf5Error(`an attribute has version ${version}`);
  const flags = cursor.uint(1);
  const [nameSize, typeSize, spaceSize] = [cursor.uint(2), cursor.uint(2), cursor.uint(2)];
  if (version === 3) cursor.skip(1);
  const padded = (size: number) => (version === 1 ? Math.ceil(size / 8) * 8 : size);
  const name = cursor
    .bytes(padded(nameSize))
    .subarray(0, Math.max(0, nameSize - 1))
    .toString("utf8");
  const typeBody = cursor.bytes(padded(typeSize));
  const spaceBody = cursor.bytes(padded(spaceSize));
  const data = cursor.bytes(cursor.left);
  return {
    name,
    value(heap) {
      if (version > 1 && flags & 3) throw new Hdf5Error(`the attribute "${name}" is of a shared type`, "unknown");
      const type = parseDatatype(typeBody);
      const { shape } = parseDataspace(spaceBody);
      if (shape === null) return [];
      const count = elementCount(shape);
      if (count * type.size > data.length) throw new Hdf5Error(`the attribute "${name}" is shorter than it says`);
      const list = Array.from({ length: count }, (_, i) => toValue(data.subarray(i * type.size), type, heap));
      return shape.length === 0 ? list[0]! : list;
    },
  };
}
