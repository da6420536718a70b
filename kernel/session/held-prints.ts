import { CHANNEL, type StreamEvent } from "./messages.js";
import { atomics, bufferFrom, writeText } from "./primordials.js";
import { writeAll } from "./write-all.js";

const STATE = 0;
const LENGTH = 1;
const WATCHED = 2;
const HEADER_BYTES = 12;
const HELD_BYTES = 1 << 16;

/** Who writes to the front at this moment. */
export const WRITER = { none: 0, main: 1, watch: 2 } as const;

/**
 * Printed text on its way to the front, in memory that two threads share: the one that runs cells joins many prints to one
 * event, and the one beside it sends them off while that is busy with other things.
 */
export class HeldPrints {
  readonly #header: Int32Array;
  readonly #bytes: Buffer;

  /** Memory for one, to be shared between threads. */
  static allocate(): SharedArrayBuffer {
    return new SharedArrayBuffer(HEADER_BYTES + HELD_BYTES);
  }

  /** @param memory - from `allocate`. */
  constructor(memory: SharedArrayBuffer) {
    this.#header = new Int32Array(memory, 0, HEADER_BYTES / 4);
    this.#bytes = bufferFrom(memory, HEADER_BYTES);
  }

  /** Bytes held. Only the writer may ask, and do what follows. */
  get length(): number {
    return atomics.load(this.#header, LENGTH);
  }

  /** Whether the thread beside looks after what is held. */
  get isWatched(): boolean {
    return atomics.load(this.#header, WATCHED) === 1;
  }

  set isWatched(value: boolean) {
    atomics.store(this.#header, WATCHED, value ? 1 : 0);
  }

  /** Becomes the writer, unless the other thread is; one that an interrupt kept from stepping down is still. */
  tryTake(writer: 1 | 2): boolean {
    const before = atomics.compareExchange(this.#header, STATE, WRITER.none, writer);
    return before === WRITER.none || before === writer;
  }

  /** Becomes the writer as soon as the other thread is not. */
  take(writer: 1 | 2): void {
    while (!this.tryTake(writer))
      atomics.wait(this.#header, STATE, writer === WRITER.main ? WRITER.watch : WRITER.main, 1);
  }

  /** Steps down. */
  release(): void {
    atomics.store(this.#header, STATE, WRITER.none);
  }

  /** Holds a print, the JSON of its text, of the stream whose prints are held; returns false where it has no room. */
  hold(id: number, name: StreamEvent[2], json: string): boolean {
    const { length } = this;
    const text = length === 0 ? `\n["o",${id},"${name}",${json}` : `,${json}`;
    // UTF-8 takes at most three bytes for a unit of UTF-16.
    if (length + text.length * 3 + 2 > HELD_BYTES) return false;
    atomics.store(this.#header, LENGTH, length + writeText(this.#bytes, text, length));
    return true;
  }

  /** Writes what is held, as one event. */
  flush(): void {
    const { length } = this;
    if (length === 0) return;
    const end = length + writeText(this.#bytes, "]\n", length);
    atomics.store(this.#header, LENGTH, 0);
    writeAll(CHANNEL.events, this.#bytes, end);
  }
}
