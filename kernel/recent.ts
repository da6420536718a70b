/** How much a `Recent` holds. */
export interface RecentBounds<V> {
  readonly entries: number;
  /** The sum of what `sizeOf` says of each value. */
  readonly size: number;
  sizeOf(value: V): number;
}

/** A map of bounded size: what was used longest ago is forgotten first, the newest never. Kernels live for weeks. */
export class Recent<K, V> {
  readonly #entries = new Map<K, V>();
  readonly #bounds: RecentBounds<V>;
  #size = 0;

  /** @param bounds - how much is held. */
  constructor(bounds: RecentBounds<V>) {
    this.#bounds = bounds;
  }

  /** The value of a key, which counts as used; undefined when there is none any more. */
  get(key: K): V | undefined {
    const value = this.#entries.get(key);
    if (value === undefined) return undefined;
    this.#entries.delete(key);
    this.#entries.set(key, value);
    return value;
  }

  /** Adds or replaces a value, and forgets what is too much. */
  set(key: K, value: V): void {
    this.#delete(key);
    this.#entries.set(key, value);
    this.#size += this.#bounds.sizeOf(value);
    for (const oldest of this.#entries.keys()) {
      if (oldest === key || (this.#entries.size <= this.#bounds.entries && this.#size <= this.#bounds.size)) return;
      this.#delete(oldest);
    }
  }

  #delete(key: K): void {
    const value = this.#entries.get(key);
    if (value === undefined) return;
    this.#entries.delete(key);
    this.#size -= this.#bounds.sizeOf(value);
  }
}
