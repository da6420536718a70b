import { walkBTree1 } from "./b-tree-1.js";
import { readBTree2 } from "./b-tree-2.js";
import { type ByteSource, Cursor, Hdf5Error } from "./byte-source.js";
import { type Chunk, readExtensibleArray, readFixedArray } from "./chunk-arrays.js";
import { type Dataspace, elementCount } from "./dataspace.js";

/** Where a dataset's elements lie. */
export type Layout =
  | { kind: "compact"; bytes: Buffer }
  | { kind: "contiguous"; address: number | undefined }
  | { kind: "chunked"; chunkShape: number[]; chunks: Chunk[] };

/** Reads a layout message and, for a chunked dataset, the index of its chunks. */
export function readLayout(
  source: ByteSource,
  body: Buffer,
  space: Dataspace,
  elementSize: number,
  filtered: boolean,
): Layout {
  const cursor = new Cursor(body);
  const version = cursor.uint(1);
  if (version < 3 || version > 5) throw new Hdf5Error(`a data layout of version ${version}`, "unknown");
  const kind = cursor.uint(1);
  if (kind === 0) return { kind: "compact", bytes: cursor.bytes(cursor.uint(2)) };
  if (kind === 1) return { kind: "contiguous", address: cursor.address() };
  if (kind !== 2) throw new Hdf5Error("a virtual dataset", "unknown");
  const shape = space.shape ?? [];
  const read = version === 3 ? readVersion3 : readVersion4;
  const layout = read(source, cursor, { ...space, shape }, elementSize, filtered);
  if (layout.chunkShape.length !== shape.length || layout.chunkShape.some((extent) => extent < 1)) {
    throw new Hdf5Error(`chunks of ${layout.chunkShape.join(" × ")} in a dataset of ${shape.join(" × ")}`);
  }
  const seen = new Set<string>();
  for (const { offset } of layout.chunks) {
    const key = offset.join();
    if (seen.has(key)) throw new Hdf5Error("a dataset has a chunk twice");
    seen.add(key);
  }
  return { kind: "chunked", ...layout };
}

type Chunked = { chunkShape: number[]; chunks: Chunk[] };
type Space = Dataspace & { shape: number[] };

function readVersion3(source: ByteSource, cursor: Cursor, _space: Space, elementSize: number): Chunked {
  const rank = cursor.uint(1) - 1;
  const tree = cursor.address();
  const chunkShape = Array.from({ length: Math.max(0, rank) }, () => cursor.uint(4));
  if (cursor.uint(4) !== elementSize) throw new Hdf5Error("chunks of elements of another size");
  const chunks: Chunk[] = [];
  if (tree === undefined) return { chunkShape, chunks };
  walkBTree1(source, tree, 1, 8 + 8 * (rank + 1), (key, address) => {
    const entry = new Cursor(key);
    const [size, mask] = [entry.uint(4), entry.uint(4)];
    chunks.push({ offset: chunkShape.map(() => entry.uint(8)), address, size, mask });
  });
  return { chunkShape, chunks };
}

function readVersion4(
  source: ByteSource,
  cursor: Cursor,
  space: Space,
  elementSize: number,
  filtered: boolean,
): Chunked {
  const flags = cursor.uint(1);
  const rank = cursor.uint(1) - 1;
  const width = cursor.uint(1);
  const chunkShape = Array.from({ length: Math.max(0, rank) }, () => cursor.uint(width));
  if (cursor.uint(width) !== elementSize) throw new Hdf5Error("chunks of elements of another size");
  const chunkBytes = elementCount(chunkShape) * elementSize;
  const grid = gridOf(space.shape, chunkShape);
  const index = cursor.uint(1);
  const plain = (entries: (Chunk | undefined)[], indexGrid: number[]): Chunked => ({
    chunkShape,
    chunks: entries.flatMap((chunk, at) => {
      const place = placeOf(at, indexGrid);
      if (!chunk || place.some((i, axis) => i >= grid[axis]!)) return [];
      return [{ ...chunk, offset: place.map((i, axis) => i * chunkShape[axis]!) }];
    }),
  });
  switch (index) {
    case 1: {
      const [size, mask] = flags & 2 ? [cursor.uint(8), cursor.uint(4)] : [chunkBytes, 0];
      const address = cursor.address();
      return plain(address === undefined ? [] : [{ offset: [], address, size, mask }], grid);
    }
    case 2: {
      const address = cursor.address();
      const count = address === undefined ? 0 : elementCount(grid);
      if (count * chunkBytes > source.size) throw new Hdf5Error("the chunks of a dataset lie beyond the file's end");
      const at = (i: number) => ({ offset: [], address: address! + i * chunkBytes, size: chunkBytes, mask: 0 });
      return plain(
        Array.from({ length: count }, (_, i) => at(i)),
        grid,
      );
    }
    case 3: {
      cursor.skip(1);
      const limits = space.limits.map((limit, axis) => (limit >= 2 ** 63 ? space.shape[axis]! : limit));
      return plain(readFixedArray(source, cursor.address(), chunkBytes), gridOf(limits, chunkShape));
    }
    case 4: {
      cursor.skip(5);
      return plain(readExtensibleArray(source, cursor.address(), elementCount(grid), chunkBytes), grid);
    }
    case 5: {
      cursor.skip(6);
      const tree = cursor.address();
      const records = tree === undefined ? [] : readBTree2(source, tree);
      const chunks = records.map((record) => {
        const entry = new Cursor(record);
        const address = entry.uint(8);
        const [size, mask] = filtered ? [entry.uint(record.length - 12 - 8 * rank), entry.uint(4)] : [chunkBytes, 0];
        return { offset: chunkShape.map((extent) => entry.uint(8) * extent), address, size, mask };
      });
      return { chunkShape, chunks };
    }
    default:
      throw new Hdf5Error(`a chunk index of kind ${index}`, "unknown");
  }
}

function gridOf(shape: readonly number[], chunkShape: readonly number[]): number[] {
  return chunkShape.map((extent, axis) => Math.ceil((shape[axis] ?? 0) / extent));
}

function placeOf(index: number, grid: readonly number[]): number[] {
  const place = Array<number>(grid.length);
  for (let axis = grid.length - 1; axis >= 0; axis--) {
    place[axis] = index % grid[axis]!;
    index = Math.floor(index / grid[axis]!);
  }
  return place;
}
