/** Fewer pairs than this are sorted by insertion: a histogram would cost more. */
const FEW = 64;

/** Sorts numbers of 32 bits, each with a companion, without comparisons: one stable pass a byte (radix sort), in place. */
export class PairSorter {
  readonly keys: Uint32Array;
  readonly companions: Int32Array;
  readonly #otherKeys: Uint32Array;
  readonly #otherCompanions: Int32Array;
  readonly #counts = new Int32Array(4 * 256);

  /** @param size - the most pairs that are sorted at once. */
  constructor(size: number) {
    this.keys = new Uint32Array(size);
    this.companions = new Int32Array(size);
    this.#otherKeys = new Uint32Array(size);
    this.#otherCompanions = new Int32Array(size);
  }

  /** Sorts the first `count` of `keys`, and `companions` with them. */
  sort(count: number): void {
    if (count < FEW) return this.#insert(count);
    const counts = this.#counts.fill(0);
    let [keys, companions] = [this.keys, this.companions];
    let [otherKeys, otherCompanions] = [this.#otherKeys, this.#otherCompanions];
    for (let i = 0; i < count; i++) {
      const key = keys[i]!;
      counts[key & 255]!++;
      counts[256 + ((key >>> 8) & 255)]!++;
      counts[512 + ((key >>> 16) & 255)]!++;
      counts[768 + (key >>> 24)]!++;
    }
    for (let byte = 0; byte < 4; byte++) {
      const shift = 8 * byte;
      const first = 256 * byte;
      // A byte that all keys share needs no pass.
      if (counts[first + ((keys[0]! >>> shift) & 255)] === count) continue;
      for (let digit = 0, start = 0; digit < 256; digit++) {
        const size = counts[first + digit]!;
        counts[first + digit] = start;
        start += size;
      }
      for (let i = 0; i < count; i++) {
        const key = keys[i]!;
        const to = counts[first + ((key >>> shift) & 255)]!++;
        otherKeys[to] = key;
        otherCompanions[to] = companions[i]!;
      }
      [keys, otherKeys] = [otherKeys, keys];
      [companions, otherCompanions] = [otherCompanions, companions];
    }
    if (keys !== this.keys) {
      this.keys.set(keys.subarray(0, count));
      this.companions.set(companions.subarray(0, count));
    }
  }

  #insert(count: number): void {
    const { keys, companions } = this;
    for (let i = 1; i < count; i++) {
      const key = keys[i]!;
      const companion = companions[i]!;
      let to = i;
      for (; to > 0 && keys[to - 1]! > key; to--) {
        keys[to] = keys[to - 1]!;
        companions[to] = companions[to - 1]!;
      }
      keys[to] = key;
      companions[to] = companion;
    }
  }
}
