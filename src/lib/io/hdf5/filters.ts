import { promisify } from "node:util";
import { inflate, inflateSync } from "node:zlib";
import { Cursor, Hdf5Error } from "./byte-source.js";
import { decompressLzf } from "./lzf.js";

/** A step that a chunk went through when it was written. */
export interface Filter {
  id: number;
  values: number[];
}

const NAMES: Record<number, string> = {
  4: "szip",
  5: "nbit",
  6: "scale-offset",
  32001: "blosc",
  32004: "lz4",
  32015: "zstd",
};

/** Reads a filter pipeline message. */
export function parseFilters(body: Buffer): Filter[] {
  const cursor = new Cursor(body);
  const version = cursor.uint(1);
  const count = cursor.uint(1);
  if (version === 1) cursor.skip(6);
  else if (version !== 2) throw new Hdf5Error(`a filter pipeline has version ${version}`);
  return Array.from({ length: count }, () => {
    const id = cursor.uint(2);
    const nameLength = version === 1 || id >= 256 ? cursor.uint(2) : 0;
    cursor.skip(2);
    const valueCount = cursor.uint(2);
    cursor.skip(version === 1 ? Math.ceil(nameLength / 8) * 8 : nameLength);
    const values = Array.from({ length: valueCount }, () => cursor.uint(4));
    if (version === 1 && valueCount % 2 === 1) cursor.skip(4);
    return { id, values };
  });
}

/**
 * Undoes the filters of a chunk, the last one first.
 *
 * @param mask - bit i set: filter i was left out for this chunk.
 * @param length - bytes of the chunk when all is undone.
 * @throws {@link Hdf5Error} where a filter is not known, a checksum is wrong, or the length is.
 */
export function undoFilters(bytes: Uint8Array, filters: readonly Filter[], mask: number, length: number): Uint8Array {
  let data = bytes;
  for (let i = filters.length - 1; i >= 0; i--) {
    if (mask & (1 << i)) continue;
    const { id, values } = filters[i]!;
    // A checksum further down the pipeline makes it 4 bytes longer.
    const limit = length + 4 * filters.length;
    switch (id) {
      case 1:
        data = inflateNow(data, limit);
        break;
      case 2:
        data = unshuffle(data, values[0] ?? 1);
        break;
      case 3:
        data = checkFletcher32(data);
        break;
      case 32000:
        data = decompressLzf(data, limit);
        break;
      default:
        throw new Hdf5Error(
          `is compressed by the filter "${NAMES[id] ?? "?"}" (number ${id}), which is not known here`,
          "unknown",
        );
    }
  }
  if (data.length !== length) throw new Hdf5Error(`a chunk unpacks to ${data.length} bytes instead of ${length}`);
  return data;
}

/** As {@link undoFilters}, where the last filter is deflate; that one is undone in another thread. */
export async function undoFiltersLater(
  bytes: Uint8Array,
  filters: readonly Filter[],
  mask: number,
  length: number,
): Promise<Uint8Array> {
  const last = filters.length - 1;
  if (mask & (1 << last)) return undoFilters(bytes, filters, mask, length);
  const options = inflateOptions(length + 4 * filters.length);
  const data = await inflateLater(bytes, options).catch((error: Error) => {
    throw cannotUnpack(error);
  });
  return undoFilters(data, filters.slice(0, last), mask, length);
}

const inflateLater = promisify(inflate) as (data: Uint8Array, options: object) => Promise<Uint8Array>;

function inflateOptions(limit: number) {
  return { maxOutputLength: limit, chunkSize: Math.min(limit, 1 << 24) + 64 };
}

function inflateNow(data: Uint8Array, limit: number): Uint8Array {
  try {
    return inflateSync(data, inflateOptions(limit));
  } catch (error) {
    throw cannotUnpack(error as Error);
  }
}

function cannotUnpack({ message }: Error): Hdf5Error {
  return new Hdf5Error(`a chunk cannot be unpacked (${message})`);
}

/** Bytes that were grouped by their place in the number go back to their number. */
function unshuffle(data: Uint8Array, size: number): Uint8Array {
  if (size <= 1 || size > data.length) return data;
  const count = Math.floor(data.length / size);
  const result = new Uint8Array(data.length);
  for (let place = 0, from = 0; place < size; place++) {
    for (let i = 0, to = place; i < count; i++, to += size) result[to] = data[from++]!;
  }
  result.set(data.subarray(count * size), count * size);
  return result;
}

/** Fletcher's checksum over 16-bit words, high byte first, as HDF5 computes it; it stands in the last 4 bytes. */
function checkFletcher32(data: Uint8Array): Uint8Array {
  const end = data.length - 4;
  if (end < 0) throw new Hdf5Error("a chunk is too short for its checksum");
  let one = 0;
  let two = 0;
  for (let at = 0; at < end; at += 2) {
    one = (one + ((data[at]! << 8) | (at + 1 < end ? data[at + 1]! : 0))) % 65535;
    two = (two + one) % 65535;
  }
  const stored = data[end]! | (data[end + 1]! << 8) | (data[end + 2]! << 16) | (data[end + 3]! << 24);
  const storedOne = stored & 0xffff;
  const storedTwo = stored >>> 16;
  // 0 and 65535 are the same number here.
  if (storedOne % 65535 !== one || storedTwo % 65535 !== two) throw new Hdf5Error("the checksum of a chunk is wrong");
  return data.subarray(0, end);
}
