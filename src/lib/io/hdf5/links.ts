import { walkBTree1 } from "./b-tree-1.js";
import { readBTree2 } from "./b-tree-2.js";
import { type ByteSource, Cursor, Hdf5Error, textAt } from "./byte-source.js";
import { FractalHeap } from "./fractal-heap.js";
import { type Message, MESSAGE } from "./object-header.js";

/** The members of a group: address by name, sorted by name; undefined for a link that leads elsewhere (soft, external). */
export function readLinks(source: ByteSource, messages: readonly Message[]): Map<string, number | undefined> {
  const links = new Map<string, number | undefined>();
  for (const { type, body } of messages) {
    if (type === MESSAGE.symbolTable) readSymbolTable(source, body, links);
    else if (type === MESSAGE.link) readLink(body, links);
    else if (type === MESSAGE.linkInfo) readLinkInfo(source, body, links);
  }
  return new Map([...links].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)));
}

function readSymbolTable(source: ByteSource, body: Buffer, links: Map<string, number | undefined>): void {
  const cursor = new Cursor(body);
  const tree = cursor.uint(8);
  const heap = new Cursor(source.bytes(cursor.uint(8), 32));
  heap.expect("HEAP");
  heap.skip(4);
  const size = heap.uint(8);
  heap.skip(8);
  const names = source.bytes(heap.uint(8), size);
  walkBTree1(source, tree, 0, 8, (_, child) => {
    const head = new Cursor(source.bytes(child, 8));
    head.expect("SNOD");
    head.skip(2);
    const count = head.uint(2);
    const entries = new Cursor(source.bytes(child + 8, count * 40));
    for (let i = 0; i < count; i++) {
      const name = textAt(names, entries.uint(8));
      const address = entries.address();
      const isSoft = entries.uint(4) === 2;
      entries.skip(20);
      links.set(name, isSoft ? undefined : address);
    }
  });
}

function readLink(body: Buffer, links: Map<string, number | undefined>): void {
  const cursor = new Cursor(body);
  if (cursor.uint(1) !== 1) throw new Hdf5Error("a link has an unknown version");
  const flags = cursor.uint(1);
  const type = flags & 8 ? cursor.uint(1) : 0;
  if (flags & 4) cursor.skip(8);
  if (flags & 16) cursor.skip(1);
  const name = cursor.bytes(cursor.uint(1 << (flags & 3))).toString("utf8");
  links.set(name, type === 0 ? cursor.address() : undefined);
}

function readLinkInfo(source: ByteSource, body: Buffer, links: Map<string, number | undefined>): void {
  const cursor = new Cursor(body);
  cursor.skip(1);
  const flags = cursor.uint(1);
  if (flags & 1) cursor.skip(8);
  const heapAddress = cursor.address();
  const tree = cursor.address();
  if (heapAddress === undefined || tree === undefined) return;
  const heap = new FractalHeap(source, heapAddress);
  for (const record of readBTree2(source, tree)) readLink(heap.read(record.subarray(4)), links);
}
