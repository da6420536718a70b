import { type ByteSource, Cursor, Hdf5Error } from "./byte-source.js";
import { checkSum } from "./object-header.js";

/** All records of a version 2 B-tree, in order (HDF5 file format specification, III.A.2). */
export function readBTree2(source: ByteSource, address: number): Buffer[] {
  const head = new Cursor(source.bytes(address, 38));
  head.expect("BTHD");
  checkSum(source, address, 34);
  head.skip(2);
  const nodeSize = head.uint(4);
  const recordSize = head.uint(2);
  const depth = head.uint(2);
  head.skip(2);
  const root = head.address();
  const rootCount = head.uint(2);
  if (recordSize === 0 || depth > 32) throw new Hdf5Error("a B-tree has records without size, or is too deep");
  if (root === undefined) return [];

  // How many bytes a count takes follows from how many records fit: H5B2hdr.c.
  const leafCapacity = Math.floor((nodeSize - 10) / recordSize);
  const countSize = encodedSize(leafCapacity);
  const totals = [{ capacity: leafCapacity, size: 0 }];
  for (let level = 1; level <= depth; level++) {
    const below = totals[level - 1]!;
    const pointer = 8 + countSize + below.size;
    const own = Math.floor((nodeSize - 10 - pointer) / (recordSize + pointer));
    const capacity = (own + 1) * below.capacity + own;
    totals.push({ capacity, size: encodedSize(capacity) });
  }

  const records: Buffer[] = [];
  const seen = new Set<number>();
  const walk = (at: number, count: number, level: number): void => {
    if (seen.has(at)) throw new Hdf5Error("a B-tree runs in circles");
    seen.add(at);
    const pointer = level === 0 ? 0 : 8 + countSize + (level > 1 ? totals[level - 1]!.size : 0);
    const length = 6 + count * recordSize + (level === 0 ? 0 : (count + 1) * pointer);
    checkSum(source, at, length);
    const node = new Cursor(source.bytes(at, length));
    node.expect(level === 0 ? "BTLF" : "BTIN");
    node.skip(2);
    const own = Array.from({ length: count }, () => node.bytes(recordSize));
    if (level === 0) {
      records.push(...own);
      return;
    }
    for (let i = 0; i <= count; i++) {
      const child = node.uint(8);
      const childCount = node.uint(countSize);
      if (level > 1) node.skip(totals[level - 1]!.size);
      walk(child, childCount, level - 1);
      if (i < count) records.push(own[i]!);
    }
  };
  walk(root, rootCount, depth);
  return records;
}

/** Bytes that a number up to `limit` takes. */
export function encodedSize(limit: number): number {
  return Math.min(8, Math.floor(Math.log2(Math.max(1, limit)) / 8) + 1);
}
