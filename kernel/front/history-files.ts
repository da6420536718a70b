import { existsSync, mkdirSync, openSync, readdirSync, readFileSync, rmSync, statSync, writeSync } from "node:fs";
import { dirname, join } from "node:path";
import { jupyterDataFolder } from "../kernelspec/locations.js";

/** A cell as history keeps it. */
export interface HistoryCell {
  /** Its execution count. */
  readonly line: number;
  readonly code: string;
  /** text/plain of its result; null when it had none, or one too long to keep. */
  output: string | null;
}

const MAX_SESSIONS = 1000;
const MAX_BYTES = 32 * 2 ** 20;
const MAX_SESSION_BYTES = 8 * 2 ** 20;

/** The folder of the history files; undefined where `DIFFREPAIRER_HISTORY=off` asks for none, or the user has no home folder. */
export function historyFolder(environment: NodeJS.ProcessEnv): string | undefined {
  if (environment["DIFFREPAIRER_HISTORY"]?.toLowerCase() === "off") return undefined;
  try {
    return join(jupyterDataFolder(), "diffrepairer", "history");
  } catch {
    return undefined;
  }
}

/**
 * The files of a user's history: one a session, named by its number and only ever appended to by the kernel that made it,
 * so that kernels can run side by side without a lock and one that dies leaves at most a torn last line.
 */
export class HistoryFiles {
  readonly #folder: string | undefined;
  readonly #log: (text: string) => void;
  #file: { readonly session: number; readonly descriptor: number; size: number } | undefined;
  #isBroken = false;

  /** @param folder - undefined to keep nothing. @param log - told, once, why nothing can be kept. */
  constructor(folder: string | undefined, log: (text: string) => void) {
    this.#folder = folder;
    this.#log = log;
  }

  /** Number of this kernel's session: its file's, else the one that its file would have. */
  get session(): number {
    return this.#file?.session ?? (this.sessions().at(-1) ?? 0) + 1;
  }

  /** Numbers of the sessions on disk, oldest first. */
  sessions(): number[] {
    if (this.#folder === undefined) return [];
    try {
      const numbers = readdirSync(this.#folder).map((name) => Number(/^(\d+)\.jsonl$/.exec(name)?.[1]));
      return numbers.filter((number) => Number.isSafeInteger(number)).sort((a, b) => a - b);
    } catch {
      return [];
    }
  }

  /** The cells of a session on disk; none where there is no such file. */
  read(session: number): HistoryCell[] {
    if (this.#folder === undefined) return [];
    let text = "";
    try {
      text = readFileSync(join(this.#folder, `${session}.jsonl`), "utf8");
    } catch {
      return [];
    }
    const cells = new Map<number, HistoryCell>();
    for (const { line, code, output } of text.split("\n").map(parseRecord)) {
      if (typeof line !== "number") continue;
      const cell = cells.get(line);
      if (typeof code === "string") cells.set(line, { line, code, output: null });
      else if (cell && typeof output === "string") cell.output = output;
    }
    return [...cells.values()];
  }

  /** Appends to this session's file. */
  append(record: { readonly line: number; readonly code?: string; readonly output?: string }): void {
    if (this.#folder === undefined || this.#isBroken) return;
    try {
      const file = (this.#file ??= this.#claim(this.#folder));
      const bytes = Buffer.from(`${JSON.stringify(record)}\n`);
      if (file.size + bytes.length > MAX_SESSION_BYTES) return;
      file.size += writeSync(file.descriptor, bytes);
    } catch (error) {
      this.#isBroken = true;
      this.#log(`history is not kept: ${error instanceof Error ? error.message : String(error)}`);
    }
  }

  /** Makes this session's file, under the next number that no other kernel takes at the same time. */
  #claim(folder: string): { session: number; descriptor: number; size: number } {
    makeFolder(folder);
    this.#prune(folder);
    for (let session = this.session; ; session += 1) {
      try {
        return { session, descriptor: openSync(join(folder, `${session}.jsonl`), "ax", 0o600), size: 0 };
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
      }
    }
  }

  /** Removes the oldest sessions beyond what is kept; the newest stays, so that numbers never come again. */
  #prune(folder: string): void {
    let bytes = 0;
    for (const [age, session] of this.sessions().reverse().entries()) {
      const file = join(folder, `${session}.jsonl`);
      bytes += statSync(file, { throwIfNoEntry: false })?.size ?? 0;
      if (age > 0 && (age >= MAX_SESSIONS || bytes > MAX_BYTES)) rmSync(file, { force: true });
    }
  }
}

/** Node's own recursion never ends in a file system that says of a new folder that its parent is not there, as /proc does. */
function makeFolder(folder: string): void {
  if (existsSync(folder)) return;
  makeFolder(dirname(folder));
  try {
    mkdirSync(folder, { mode: 0o700 });
  } catch (error) {
    // Another kernel may have made it meanwhile.
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  }
}

function parseRecord(text: string): { line?: unknown; code?: unknown; output?: unknown } {
  try {
    return (JSON.parse(text) as object | null) ?? {};
  } catch {
    // Torn when its kernel died.
    return {};
  }
}
