// As they were before the first cell, which may patch them: the session reads its requests by lines.
const { apply } = Reflect;
const { concat } = Buffer;
const { indexOf, subarray, toString } = Buffer.prototype;

/**
 * Cuts a byte stream into lines of UTF-8, the framing of the channels between the kernel's processes.
 *
 * A line may span any number of chunks; its parts are joined once, so a line of 100 MB costs no more than its size.
 */
export class LineReader {
  #parts: Buffer[] = [];
  readonly #onLine: (line: string) => void;

  /** @param onLine - called with each complete line, without its newline. */
  constructor(onLine: (line: string) => void) {
    this.#onLine = onLine;
  }

  /** Takes the next chunk of the stream and hands out every line it completes. */
  push(chunk: Buffer): void {
    let start = 0;
    for (let end = find(chunk, start); end >= 0; end = find(chunk, start)) {
      this.#keep(apply(subarray, chunk, [start, end]));
      const line = this.#parts.length === 1 ? (this.#parts[0] as Buffer) : concat(this.#parts);
      this.#parts = [];
      start = end + 1;
      if (line.length > 0) this.#onLine(apply(toString, line, ["utf8"]));
    }
    if (start < chunk.length) this.#keep(apply(subarray, chunk, [start]));
  }

  #keep(part: Buffer): void {
    this.#parts[this.#parts.length] = part;
  }
}

const find = (chunk: Buffer, start: number): number => apply(indexOf, chunk, [10, start]) as number;
