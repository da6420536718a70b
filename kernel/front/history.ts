/** An entry as history_reply gives it: session, line, and the input, or input and output. */
export type HistoryEntry = readonly [number, number, string | readonly [string, null]];

/** What a history_request may hold; unknown access types give nothing. */
export interface HistoryQuery {
  readonly hist_access_type?: unknown;
  readonly output?: unknown;
  readonly session?: unknown;
  readonly start?: unknown;
  readonly stop?: unknown;
  readonly n?: unknown;
  readonly pattern?: unknown;
  readonly unique?: unknown;
}

const SESSION = 1;

/** The inputs of this kernel's life, in memory. */
export class History {
  readonly #entries: { readonly line: number; readonly code: string }[] = [];

  /** Adds the cell of an execution count. */
  add(line: number, code: string): void {
    this.#entries.push({ line, code });
  }

  /** Answers `tail`, `range` (of this session, number 0 or 1) and `search` (a glob of `*` and `?`). */
  query(query: HistoryQuery): HistoryEntry[] {
    const found = this.#select(query);
    return found.map(({ line, code }) => [SESSION, line, query.output === true ? [code, null] : code] as const);
  }

  #select({ hist_access_type: type, session, start, stop, n, pattern, unique }: HistoryQuery) {
    const limit = typeof n === "number" && n > 0 ? n : Infinity;
    if (type === "tail") return this.#entries.slice(-limit);
    if (type === "range") {
      if (session !== 0 && session !== SESSION && session !== undefined) return [];
      const from = typeof start === "number" ? start : 0;
      const to = typeof stop === "number" ? stop : Infinity;
      return this.#entries.filter(({ line }) => line >= from && line < to);
    }
    if (type !== "search") return [];
    const matcher = glob(typeof pattern === "string" ? pattern : "*");
    let found = this.#entries.filter(({ code }) => matcher.test(code));
    if (unique === true)
      found = found.filter(({ code }, i) => found.findLastIndex((other) => other.code === code) === i);
    return found.slice(-limit);
  }
}

function glob(pattern: string): RegExp {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, "\\$&")
    .replaceAll("*", ".*")
    .replaceAll("?", ".");
  return new RegExp(`^${source}$`, "s");
}
