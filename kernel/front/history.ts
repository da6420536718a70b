import { matchesGlob } from "./glob.js";
import type { HistoryCell, HistoryFiles } from "./history-files.js";

/** An entry as history_reply gives it: session, line, and the input, or input and output. */
export type HistoryEntry = readonly [number, number, string | readonly [string, string | null]];

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

interface Found extends HistoryCell {
  readonly session: number;
}

const MAX_OUTPUT = 10_000;

/** The inputs and results of this kernel's life, in memory, and those of other kernels and earlier ones, on disk. */
export class History {
  readonly #files: HistoryFiles;
  readonly #cells: HistoryCell[] = [];

  /** @param files - where sessions are kept. */
  constructor(files: HistoryFiles) {
    this.#files = files;
  }

  /** Adds the cell of an execution count. */
  add(line: number, code: string): void {
    this.#cells.push({ line, code, output: null });
    this.#files.append({ line, code });
  }

  /** Adds the result of the cell of an execution count; one that is no text, or too long to keep, is left out. */
  addOutput(line: number, output: unknown): void {
    const cell = this.#cells.at(-1);
    if (cell?.line !== line || typeof output !== "string" || output.length > MAX_OUTPUT) return;
    cell.output = output;
    this.#files.append({ line, output });
  }

  /** Answers `tail`, `range` (of a session: 0 is this one, -1 the one before) and `search` (a glob of `*` and `?`). */
  query(query: HistoryQuery): HistoryEntry[] {
    return this.#select(query).map(
      ({ session, line, code, output }) => [session, line, query.output === true ? [code, output] : code] as const,
    );
  }

  #select({ hist_access_type: type, session, start, stop, n, pattern, unique }: HistoryQuery): Found[] {
    const limit = typeof n === "number" ? n : Infinity;
    if (type === "tail") return this.#latest(limit, () => true);
    if (type === "range") {
      const from = typeof start === "number" ? start : 0;
      const to = typeof stop === "number" ? stop : Infinity;
      const number = typeof session === "number" ? session : 0;
      return this.#session(number > 0 ? number : this.#files.session + number).filter(
        ({ line }) => line >= from && line < to,
      );
    }
    if (type !== "search") return [];
    const glob = typeof pattern === "string" ? pattern : "*";
    const seen = new Set<string>();
    return this.#latest(limit, ({ code }) => {
      if (!matchesGlob(code, glob) || (unique === true && seen.has(code))) return false;
      seen.add(code);
      return true;
    });
  }

  /** The latest cells that satisfy, oldest first; asked of the latest first. */
  #latest(limit: number, satisfies: (cell: HistoryCell) => boolean): Found[] {
    const found: Found[] = [];
    const current = this.#files.session;
    const others = this.#files.sessions().filter((session) => session !== current);
    for (let session: number | undefined = current; session !== undefined; session = others.pop()) {
      for (const cell of this.#session(session).reverse()) {
        if (found.length >= limit) return found.reverse();
        if (satisfies(cell)) found.push(cell);
      }
    }
    return found.reverse();
  }

  #session(session: number): Found[] {
    const cells = session === this.#files.session ? this.#cells : this.#files.read(session);
    return cells.map((cell) => ({ ...cell, session }));
  }
}
