import { closeSync, openSync, writeSync } from "node:fs";

const BUFFER = 1 << 20;

/** Writes a file from front to back; small writes are gathered. */
export class ByteSink {
  /** Where the next byte goes. */
  position = 0;
  readonly #file: number;
  readonly #buffer = Buffer.allocUnsafe(BUFFER);
  #filled = 0;

  constructor(path: string) {
    this.#file = openSync(path, "w");
  }

  /** Writes bytes and returns where they begin, a multiple of 8. */
  write(bytes: Uint8Array): number {
    const padding = -this.position & 7;
    if (padding > 0) this.#append(Buffer.alloc(padding));
    const start = this.position;
    this.#append(bytes);
    return start;
  }

  /** Writes over what is there already. */
  overwrite(bytes: Uint8Array, position: number): void {
    this.#flush();
    writeFully(this.#file, bytes, position);
  }

  close(): void {
    try {
      this.#flush();
    } finally {
      closeSync(this.#file);
    }
  }

  #append(bytes: Uint8Array): void {
    if (this.#filled + bytes.length > BUFFER) this.#flush();
    if (bytes.length >= BUFFER) {
      writeFully(this.#file, bytes, this.position);
    } else {
      this.#buffer.set(bytes, this.#filled);
      this.#filled += bytes.length;
    }
    this.position += bytes.length;
  }

  #flush(): void {
    const { position } = this;
    writeFully(this.#file, this.#buffer.subarray(0, this.#filled), position - this.#filled);
    this.#filled = 0;
  }
}

function writeFully(file: number, bytes: Uint8Array, position: number): void {
  // Linux writes at most 2 GiB at once.
  for (let done = 0; done < bytes.length;) {
    done += writeSync(file, bytes, done, Math.min(bytes.length - done, 1 << 30), position + done);
  }
}
