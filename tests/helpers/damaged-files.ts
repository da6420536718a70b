import fc from "fast-check";

/** What can happen to a file: it is cut, bits flip, bytes come or go, a stretch is overwritten, or it is another file. */
export type Damage = (bytes: Buffer) => Buffer;

/** Any of it. */
export const damages: fc.Arbitrary<Damage> = fc.oneof(
  fc.double({ min: 0, max: 1, noNaN: true }).map(
    (share): Damage =>
      (bytes) =>
        bytes.subarray(0, Math.floor(share * bytes.length)),
  ),
  fc.array(fc.tuple(fc.nat(), fc.nat(7)), { minLength: 1, maxLength: 8 }).map((flips): Damage => (bytes) => {
    const changed = Buffer.from(bytes);
    for (const [at, bit] of flips) if (changed.length > 0) changed[at % changed.length]! ^= 1 << bit;
    return changed;
  }),
  fc.tuple(fc.nat(), fc.uint8Array({ maxLength: 64 })).map(([place, extra]): Damage => (bytes) => {
    const at = place % (bytes.length + 1);
    return Buffer.concat([bytes.subarray(0, at), extra, bytes.subarray(at)]);
  }),
  fc.tuple(fc.nat(), fc.nat(64)).map(([place, length]): Damage => (bytes) => {
    const at = place % (bytes.length + 1);
    return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + length)]);
  }),
  fc.tuple(fc.nat(), fc.uint8Array({ minLength: 1, maxLength: 64 })).map(([place, stretch]): Damage => (bytes) => {
    const changed = Buffer.from(bytes);
    changed.set(
      stretch.subarray(0, Math.max(0, changed.length - (place % (changed.length + 1)))),
      place % (changed.length + 1),
    );
    return changed;
  }),
  // Whole words of a binary file: lengths, addresses, extents.
  fc.tuple(fc.nat(), fc.bigInt({ min: 0n, max: 2n ** 64n - 1n })).map(([place, word]): Damage => (bytes) => {
    const changed = Buffer.from(bytes);
    if (changed.length >= 8) changed.writeBigUInt64LE(word, 8 * (place % Math.floor(changed.length / 8)));
    return changed;
  }),
  fc.uint8Array({ maxLength: 256 }).map(
    (other): Damage =>
      (bytes) =>
        Buffer.concat([bytes.subarray(0, 8), other]),
  ),
  fc.uint8Array({ maxLength: 256 }).map(
    (other): Damage =>
      () =>
        Buffer.from(other),
  ),
);
