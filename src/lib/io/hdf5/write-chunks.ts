import { deflateSync } from "node:zlib";
import type { ByteSink } from "./byte-sink.js";
import { fields, UNDEFINED } from "./encode.js";

/** Half of the children of a node, HDF5's default for files that do not state their own. */
const HALF = 32;
const CHUNK = 1 << 19;

/** A chunk's first row, its bytes in the file, and where it lies (or a node of the index and its first chunk). */
interface Entry {
  row: number;
  size: number;
  address: number;
}

/**
 * Writes rows in chunks, packed by deflate, and the B-tree over them (HDF5 file format specification, III.A.1).
 *
 * @returns the B-tree's address and the rows of a chunk.
 */
export function writeChunks(
  sink: ByteSink,
  bytes: Uint8Array,
  shape: readonly number[],
  level: number,
): { tree: number; chunkRows: number } {
  const rows = shape[0]!;
  const rowBytes = bytes.length / rows;
  const chunkRows = Math.max(1, Math.min(rows, Math.floor(CHUNK / rowBytes)));
  const entries: Entry[] = [];
  for (let row = 0; row < rows; row += chunkRows) {
    const part = bytes.subarray(row * rowBytes, (row + chunkRows) * rowBytes);
    // Chunks at the end are stored whole.
    const whole = part.length === chunkRows * rowBytes ? part : Buffer.concat([part], chunkRows * rowBytes);
    const packed = deflateSync(whole, { level });
    entries.push({ row, size: packed.length, address: sink.write(packed) });
  }
  // The last key is the place of the chunk that would come next.
  return { tree: writeTree(sink, entries, entries.length * chunkRows, shape.length, 0), chunkRows };
}

function writeTree(sink: ByteSink, entries: Entry[], end: number, rank: number, level: number): number {
  const keySize = 8 + 8 * (rank + 1);
  const nodeSize = 24 + 2 * HALF * 8 + (2 * HALF + 1) * keySize;
  const key = (row: number, size: number) =>
    fields([4, size], [4, 0], [8, row], ...Array.from({ length: rank }, (): [number, number] => [8, 0]));
  const nodes: Entry[] = [];
  const count = Math.ceil(entries.length / (2 * HALF));
  const start = sink.write(Buffer.alloc(0));
  for (let n = 0; n < count; n++) {
    const children = entries.slice(n * 2 * HALF, (n + 1) * 2 * HALF);
    const left = n > 0 ? start + (n - 1) * nodeSize : UNDEFINED;
    const right = n < count - 1 ? start + (n + 1) * nodeSize : UNDEFINED;
    const head = fields([1, 1], [1, level], [2, children.length], [8, left], [8, right]);
    const next = entries[(n + 1) * 2 * HALF]?.row ?? end;
    const body = children.flatMap(({ row, size, address }) => [key(row, size), fields([8, address])]);
    const node = Buffer.concat([Buffer.from("TREE"), head, ...body, key(next, 0)], nodeSize);
    nodes.push({ row: children[0]!.row, size: children[0]!.size, address: sink.write(node) });
  }
  return nodes.length === 1 ? nodes[0]!.address : writeTree(sink, nodes, end, rank, level + 1);
}
