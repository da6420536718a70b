import { KEPT_RESULTS } from "./messages.js";
import { defineProperty, getOwnPropertyDescriptor } from "./primordials.js";

interface Numbered {
  readonly name: string;
  readonly value: unknown;
}

/** The last result, the one before, and the one before that. */
const RECENT = ["_", "__", "___"] as const;

/**
 * Earlier results, as globals: `_`, `__` and `___` for the last three, `_5` for that of cell [5]. Being globals they give
 * way to anything that a cell declares or assigns under the same name. Numbered ones are let go after a while, so that the
 * memory of large values comes free.
 */
export class Results {
  readonly #recent: unknown[] = [];
  readonly #numbered: Numbered[] = [];

  /** Puts `_`, `__` and `___` among the globals. */
  install(): void {
    RECENT.forEach((name, i) => {
      defineProperty(globalThis, name, {
        get: () => this.#recent[i],
        set: (value: unknown) => define(name, value),
        enumerable: false,
        configurable: true,
      });
    });
  }

  /**
   * Takes a cell's result.
   *
   * @param count - the cell's execution count; undefined when it has none of its own.
   */
  keep(value: unknown, count: number | undefined): void {
    for (let i = RECENT.length - 1; i > 0; i--) this.#recent[i] = this.#recent[i - 1];
    this.#recent[0] = value;
    if (count === undefined) return;
    const slot = count % KEPT_RESULTS;
    const old = this.#numbered[slot];
    // A cell may have put something of its own in the place.
    if (old && getOwnPropertyDescriptor(globalThis, old.name)?.value === old.value) {
      delete (globalThis as Record<string, unknown>)[old.name];
    }
    const name = `_${count}`;
    define(name, value);
    this.#numbered[slot] = { name, value };
  }
}

function define(name: string, value: unknown): void {
  defineProperty(globalThis, name, { value, writable: true, enumerable: false, configurable: true });
}
