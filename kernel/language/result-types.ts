import { KEPT_RESULTS } from "../session/messages.js";

/** The session's names of results. */
const NAMES = /^_(?:_{0,2}|\d+)$/;
const RECENT = 3;

/** The types of earlier results, by the modules that have them as their default export. */
export class ResultTypes {
  #recent: string[] = [];
  readonly #numbered = new Map<string, string>();

  /** Takes a result; `count` is undefined for a cell that has none of its own. */
  add(module: string, count: number | undefined): void {
    this.#recent = [module, ...this.#recent].slice(0, RECENT);
    if (count === undefined) return;
    this.#numbered.set(`_${count}`, module);
    for (const [old] of this.#numbered) if (this.#numbered.size > KEPT_RESULTS) this.#numbered.delete(old);
  }

  /** The modules of all results. */
  modules(): string[] {
    return [...this.#recent, ...this.#numbered.values()];
  }

  /** Forgets all results. */
  clear(): void {
    this.#recent = [];
    this.#numbered.clear();
  }

  /**
   * Declares those of the words that name a result. What no result is known of is of any type: whether it is there shows
   * when the cell runs.
   */
  declarations(words: Iterable<string>): string {
    let line = "";
    for (const word of words) {
      if (!NAMES.test(word)) continue;
      const module = this.#recent[word.length - 1];
      const known = /\d/.test(word) ? this.#numbered.get(word) : module;
      const type = known === undefined ? "any" : `Exclude<Awaited<typeof import("${known}").default>, undefined>`;
      line += `declare let ${word}: ${type}; `;
    }
    return line;
  }
}
