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
    for (let end = chunk.indexOf(10); end >= 0; end = chunk.indexOf(10, start)) {
      const tail = chunk.subarray(start, end);
      const line = this.#parts.length === 0 ? tail : Buffer.concat([...this.#parts, tail]);
      this.#parts = [];
      start = end + 1;
      if (line.length > 0) this.#onLine(line.toString("utf8"));
    }
    if (start < chunk.length) this.#parts.push(chunk.subarray(start));
  }
}
