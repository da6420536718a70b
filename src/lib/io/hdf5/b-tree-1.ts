import { type ByteSource, Cursor, Hdf5Error } from "./byte-source.js";

/**
 * Walks a version 1 B-tree and hands each leaf's keys and children to `visit`: the symbol tables of a group, or the chunks of a dataset.
 *
 * @param type - 0 for groups, 1 for chunks.
 * @param keyLength - bytes of a key.
 * @param visit - called with the key before a child and the child's address, left to right.
 */
export function walkBTree1(
  source: ByteSource,
  address: number,
  type: 0 | 1,
  keyLength: number,
  visit: (key: Buffer, child: number) => void,
): void {
  const seen = new Set<number>();
  const walk = (at: number, expected: number | undefined): void => {
    if (seen.has(at)) throw new Hdf5Error("a B-tree runs in circles");
    seen.add(at);
    const head = new Cursor(source.bytes(at, 24));
    head.expect("TREE");
    const found = head.uint(1);
    const level = head.uint(1);
    if (found !== type || level > 32 || (expected !== undefined && level !== expected)) {
      throw new Hdf5Error(`the B-tree node at byte ${at} is of the wrong kind or level`);
    }
    const count = head.uint(2);
    const body = new Cursor(source.bytes(at + 24, count * (keyLength + 8)));
    for (let i = 0; i < count; i++) {
      const key = body.bytes(keyLength);
      const child = body.uint(8);
      if (level === 0) visit(key, child);
      else walk(child, level - 1);
    }
  };
  walk(address, undefined);
}
