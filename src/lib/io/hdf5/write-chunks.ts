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

/** Where a dataset's chunks are. */
export interface Chunks {
  /** Address of the B-tree over them. */
  readonly tree: number;
  /** Rows of a chunk, and of all. */
  readonly chunkRows: number;
  readonly rows: number;
}

/**
 * Writes rows in chunks as they come, packed by deflate or as they are, and at last the B-tree over them (HDF5 file format
 * specification, III.A.1). A chunk is all that is in memory.
 */
export class ChunkedRows {
  readonly #entries: Entry[] = [];
  readonly #chunkRows: number;
  #pending: Uint8Array;
  #filled = 0;

  /**
   * @param rowBytes - bytes of a row.
   * @param rank - axes of the dataset.
   * @param level - of deflate, 1 to 9; 0: none.
   */
  constructor(
    private readonly sink: ByteSink,
    private readonly rowBytes: number,
    private readonly rank: number,
    private readonly level: number,
  ) {
    this.#chunkRows = Math.max(1, Math.floor(CHUNK / rowBytes));
    this.#pending = new Uint8Array(this.#chunkRows * rowBytes);
  }

  /** Adds whole rows. */
  append(bytes: Uint8Array): void {
    for (let from = 0; from < bytes.length;) {
      const part = bytes.subarray(from, from + this.#pending.length - this.#filled);
      this.#pending.set(part, this.#filled);
      this.#filled += part.length;
      from += part.length;
      if (this.#filled === this.#pending.length) this.#write(this.#chunkRows);
    }
  }

  /** Writes what is left and the tree; undefined where there are no rows. */
  finish(): Chunks | undefined {
    const left = this.#filled / this.rowBytes;
    const rows = this.#entries.length * this.#chunkRows + left;
    if (rows === 0) return undefined;
    // A single chunk is no larger than the dataset; of several the last is stored whole.
    const chunkRows = Math.min(rows, this.#chunkRows);
    if (left > 0) this.#write(chunkRows);
    const end = this.#entries.length * chunkRows;
    return { tree: writeTree(this.sink, this.#entries, end, this.rank, 0), chunkRows, rows };
  }

  #write(rows: number): void {
    const chunk = this.#pending.subarray(0, rows * this.rowBytes).fill(0, this.#filled);
    const packed = this.level > 0 ? deflateSync(chunk, { level: this.level }) : chunk;
    const row = this.#entries.length * this.#chunkRows;
    this.#entries.push({ row, size: packed.length, address: this.sink.write(packed) });
    this.#filled = 0;
  }
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
