import { type ByteSource, Cursor, Hdf5Error } from "./byte-source.js";
import { checkSum } from "./object-header.js";

/** A chunk as it lies in the file. */
export interface Chunk {
  /** The place of its first element in the dataset. */
  offset: number[];
  address: number;
  /** Bytes in the file. */
  size: number;
  /** Bit i set: filter i was left out. */
  mask: number;
}

type Entry = Chunk | undefined;

/** The chunks of a dataset of fixed size, in row-major order (HDF5 file format specification, VII.C). */
export function readFixedArray(source: ByteSource, address: number | undefined, chunkBytes: number): Entry[] {
  if (address === undefined) return [];
  const head = new Cursor(source.bytes(address, 28));
  head.expect("FAHD");
  checkSum(source, address, 24);
  head.skip(2);
  const entrySize = head.uint(1);
  const pageLength = 2 ** head.uint(1);
  const count = head.uint(8);
  const block = head.address();
  if (block === undefined) return [];
  if (entrySize * count > source.size) throw new Hdf5Error("an index of chunks is longer than the file");
  const prefix = 14;
  new Cursor(source.bytes(block, prefix)).expect("FADB");
  if (count <= pageLength) return readEntries(source, block + prefix, count, entrySize, chunkBytes);
  const pages = Math.ceil(count / pageLength);
  const bitmap = source.bytes(block + prefix, Math.ceil(pages / 8));
  const start = block + prefix + bitmap.length + 4;
  return readPages(source, start, count, pageLength, bitmap, entrySize, chunkBytes);
}

/** The chunks of a dataset that can grow along its first dimension, in row-major order (HDF5 file format specification, VII.D). */
export function readExtensibleArray(
  source: ByteSource,
  address: number | undefined,
  count: number,
  chunkBytes: number,
): Entry[] {
  if (address === undefined || count === 0) return [];
  const head = new Cursor(source.bytes(address, 72));
  head.expect("EAHD");
  checkSum(source, address, 68);
  head.skip(2);
  const entrySize = head.uint(1);
  const maxBits = head.uint(1);
  const inIndex = head.uint(1);
  const leastEntries = head.uint(1);
  const leastPointers = head.uint(1);
  const pageLength = 2 ** head.uint(1);
  head.skip(48);
  const index = head.address();
  if (index === undefined) return [];
  if (entrySize * count > source.size) throw new Hdf5Error("an index of chunks is longer than the file");
  const offsetSize = Math.ceil(maxBits / 8);
  new Cursor(source.bytes(index, 14)).expect("EAIB");
  const entries = readEntries(source, index + 14, Math.min(count, inIndex), entrySize, chunkBytes);

  const addBlock = (block: number | undefined, length: number, pageBitmap?: Buffer): void => {
    const wanted = Math.min(length, count - entries.length);
    if (block === undefined) {
      for (let i = 0; i < wanted; i++) entries.push(undefined);
      return;
    }
    const prefix = 14 + offsetSize;
    new Cursor(source.bytes(block, prefix)).expect("EADB");
    const found = pageBitmap
      ? readPages(source, block + prefix + 4, wanted, pageLength, pageBitmap, entrySize, chunkBytes)
      : readEntries(source, block + prefix, wanted, entrySize, chunkBytes);
    for (const entry of found) entries.push(entry);
  };

  // Super block s has 2^(s/2) data blocks of 2^((s+1)/2) times the least entries; the first lie in the index block itself.
  const inIndexBlock = 2 * Math.log2(leastPointers);
  const pointers = new Cursor(
    source.bytes(index + 14 + inIndex * entrySize, source.size - index - 14 - inIndex * entrySize),
  );
  for (let s = 0; entries.length < count; s++) {
    const blocks = 2 ** Math.floor(s / 2);
    const length = leastEntries * 2 ** Math.floor((s + 1) / 2);
    if (s > maxBits) throw new Hdf5Error("an index of chunks is too short");
    if (s < inIndexBlock) {
      for (let b = 0; b < blocks && entries.length < count; b++) addBlock(pointers.address(), length);
      continue;
    }
    if (s === inIndexBlock) {
      // Those that were not needed above still stand before the super blocks' addresses.
      pointers.at = 8 * 2 * (leastPointers - 1);
    }
    const superBlock = pointers.address();
    if (superBlock === undefined) {
      addBlock(undefined, blocks * length);
      continue;
    }
    const pages = length > pageLength ? length / pageLength : 0;
    const bitmapLength = Math.ceil(pages / 8);
    const size = 14 + offsetSize + blocks * (bitmapLength + 8);
    const cursor = new Cursor(source.bytes(superBlock, size));
    cursor.expect("EASB");
    checkSum(source, superBlock, size);
    cursor.skip(10 + offsetSize);
    const bitmaps = cursor.bytes(blocks * bitmapLength);
    for (let b = 0; b < blocks && entries.length < count; b++) {
      const bitmap = pages > 0 ? bitmaps.subarray(b * bitmapLength, (b + 1) * bitmapLength) : undefined;
      addBlock(cursor.address(), length, bitmap);
    }
  }
  return entries;
}

function readEntries(source: ByteSource, at: number, count: number, entrySize: number, chunkBytes: number): Entry[] {
  const cursor = new Cursor(source.bytes(at, count * entrySize));
  return Array.from({ length: count }, () => {
    const address = cursor.address();
    const [size, mask] = entrySize > 8 ? [cursor.uint(entrySize - 12), cursor.uint(4)] : [chunkBytes, 0];
    return address === undefined ? undefined : { offset: [], address, size, mask };
  });
}

/** Pages of entries, each followed by a checksum; one whose bit is not set (highest first) was never written. */
function readPages(
  source: ByteSource,
  start: number,
  count: number,
  pageLength: number,
  bitmap: Buffer,
  entrySize: number,
  chunkBytes: number,
): Entry[] {
  const entries: Entry[] = [];
  for (let page = 0; entries.length < count; page++) {
    const length = Math.min(pageLength, count - entries.length);
    const written = ((bitmap[page >> 3] ?? 0) >> (7 - (page & 7))) & 1;
    if (!written) {
      for (let i = 0; i < length; i++) entries.push(undefined);
    } else {
      const at = start + page * (pageLength * entrySize + 4);
      for (const entry of readEntries(source, at, length, entrySize, chunkBytes)) entries.push(entry);
    }
  }
  return entries;
}
