import { encodedSize, readBTree2 } from "./b-tree-2.js";
import { type ByteSource, Cursor, Hdf5Error } from "./byte-source.js";
import { checkSum } from "./object-header.js";

/** The heap that holds a group's links or an object's attributes where there are many (HDF5 file format specification, III.G). */
export class FractalHeap {
  readonly #source: ByteSource;
  readonly #offsetSize: number;
  readonly #lengthSize: number;
  readonly #width: number;
  readonly #startSize: number;
  readonly #directRows: number;
  readonly #root: number | undefined;
  readonly #rootRows: number;
  readonly #hugeTree: number | undefined;

  constructor(source: ByteSource, address: number) {
    this.#source = source;
    const head = new Cursor(source.bytes(address, Math.min(source.size - address, 160)));
    head.expect("FRHP");
    head.skip(3);
    if (head.uint(2) !== 0) throw new Hdf5Error("a heap is compressed", "unknown");
    head.skip(1);
    const largestManaged = head.uint(4);
    head.skip(8);
    this.#hugeTree = head.address();
    head.skip(80);
    this.#width = head.uint(2);
    this.#startSize = head.uint(8);
    const largestDirect = head.uint(8);
    const heapBits = head.uint(2);
    head.skip(2);
    this.#root = head.address();
    this.#rootRows = head.uint(2);
    checkSum(source, address, head.at);
    this.#offsetSize = Math.ceil(heapBits / 8);
    this.#lengthSize = Math.min(Math.ceil(Math.log2(largestDirect) / 8), encodedSize(largestManaged));
    this.#directRows = Math.log2(largestDirect) - Math.log2(this.#startSize) + 2;
  }

  /** The object of a heap id. */
  read(id: Buffer): Buffer {
    const cursor = new Cursor(id);
    const head = cursor.uint(1);
    switch ((head >> 4) & 3) {
      case 0: {
        const offset = cursor.uint(this.#offsetSize);
        const length = cursor.uint(this.#lengthSize);
        return this.#source.bytes(this.#locate(offset), length);
      }
      case 1:
        return this.#readHuge(cursor.uint(Math.min(8, cursor.left)));
      case 2:
        return cursor.bytes((head & 15) + 1);
      default:
        throw new Hdf5Error("a heap id is of no known kind");
    }
  }

  #readHuge(key: number): Buffer {
    if (this.#hugeTree === undefined) throw new Hdf5Error("a heap has no large objects, where there must be");
    for (const record of readBTree2(this.#source, this.#hugeTree)) {
      const cursor = new Cursor(record);
      const [address, length, id] = [cursor.uint(8), cursor.uint(8), cursor.uint(8)];
      if (id === key) return this.#source.bytes(address, length);
    }
    throw new Hdf5Error("a large object of a heap is not there");
  }

  /** Where in the file an offset of the heap lies: down the doubling table of blocks. */
  #locate(offset: number): number {
    if (this.#root === undefined) throw new Hdf5Error("a heap is empty, where it must not be");
    let block = this.#root;
    let rows = this.#rootRows;
    let within = offset;
    if (rows === 0) return block + within;
    for (let depth = 0; depth < 16; depth++) {
      const first = this.#width * this.#startSize;
      const row = within < first ? 0 : Math.floor(Math.log2(within / first)) + 1;
      if (row >= rows) throw new Hdf5Error("an object lies outside its heap");
      const size = this.#startSize * 2 ** Math.max(0, row - 1);
      const rowStart = row === 0 ? 0 : first * 2 ** (row - 1);
      const column = Math.floor((within - rowStart) / size);
      const table = block + 13 + this.#offsetSize;
      const child = new Cursor(this.#source.bytes(table + 8 * (row * this.#width + column), 8)).address();
      if (child === undefined) throw new Hdf5Error("a block of a heap is not there");
      within -= rowStart + column * size;
      if (row < this.#directRows) return child + within;
      block = child;
      rows = Math.log2(size) - Math.log2(first) + 1;
    }
    throw new Hdf5Error("a heap is nested too deeply");
  }
}
