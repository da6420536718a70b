import { waitAtomic, writeSync } from "./primordials.js";

const pause = new Int32Array(new SharedArrayBuffer(4));

/** Writes bytes to a pipe, waiting as long as it is full. */
export function writeAll(descriptor: number, bytes: Buffer, length = bytes.length): void {
  let offset = 0;
  while (offset < length) {
    try {
      offset += writeSync(descriptor, bytes, offset, length - offset);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EAGAIN") throw error;
      waitAtomic(pause, 0, 0, 1);
    }
  }
}
