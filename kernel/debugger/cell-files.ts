import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, sep } from "node:path";

/** Seed of the hash in the names of cells' files; clients are told it and make the same names. */
const SEED = 0x9747b28c;
const MULTIPLIER = 0x5bd1e995;
const SUFFIX = ".ts";

/** The folder of a kernel's files that stand for cells. @param pid - the front's. */
export const cellFolder = (pid: number): string => join(tmpdir(), `diffrepairer-kernel-${pid}`);

/** The files that stand for cells: a name is a hash of the cell's text, so that clients know it without asking. */
export class CellFiles {
  readonly #folder = cellFolder(process.pid);
  readonly #dumped = new Map<string, string>();

  /** How clients name the files, as debugInfo tells it. */
  get naming() {
    return {
      hashMethod: "Murmur2",
      hashSeed: SEED,
      tmpFilePrefix: this.#folder + sep,
      tmpFileSuffix: SUFFIX,
    };
  }

  /** The file of a cell with this text. */
  pathOf(code: string): string {
    return join(this.#folder, `${murmur2(code, SEED)}${SUFFIX}`);
  }

  /** Writes a cell's file. @returns its path. */
  dump(code: string): string {
    const path = this.pathOf(code);
    mkdirSync(this.#folder, { recursive: true });
    writeFileSync(path, code);
    this.#dumped.set(path, code);
    return path;
  }

  /** The text of a cell that was dumped. */
  codeOf(path: string): string | undefined {
    return this.#dumped.get(path);
  }

  /** Whether a path names a cell's file. */
  isCell(path: string): boolean {
    return path.startsWith(this.#folder + sep);
  }

  /** Removes the files. */
  remove(): void {
    this.#dumped.clear();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

/** MurmurHash2 (32 bits) of a text in UTF-8. */
export function murmur2(text: string, seed: number): number {
  const data = Buffer.from(text, "utf8");
  const whole = data.length & ~3;
  let hash = seed ^ data.length;
  for (let i = 0; i < whole; i += 4) {
    let word = Math.imul(data.readInt32LE(i), MULTIPLIER);
    word ^= word >>> 24;
    hash = Math.imul(hash, MULTIPLIER) ^ Math.imul(word, MULTIPLIER);
  }
  if (whole < data.length) {
    hash ^= data.readUIntLE(whole, data.length - whole);
    hash = Math.imul(hash, MULTIPLIER);
  }
  hash ^= hash >>> 13;
  hash = Math.imul(hash, MULTIPLIER);
  hash ^= hash >>> 15;
  return hash >>> 0;
}
