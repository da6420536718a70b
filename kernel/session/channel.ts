import { CHANNEL, fenceMark, type SessionEvent } from "./messages.js";
import {
  bufferFrom,
  defineProperty,
  deleteProperty,
  getOwnPropertyDescriptor,
  toJson,
  waitAtomic,
  writeSync,
} from "./primordials.js";

const { prototype: objects } = Object;
const { prototype: arrays } = Array;
const pause = new Int32Array(new SharedArrayBuffer(4));
let torn = false;
let marks = 0;

/**
 * Writes an event to the front, synchronously: what a cell printed is out before it crashes, and order is kept.
 *
 * An interrupt can end this function halfway; the next event then starts on a new line, and the front drops the torn one.
 */
export function send(event: SessionEvent): void {
  const line = "t" in event ? encode(event) : `["o",${event[1]},"${event[2]}",${toJson(event[3])}]`;
  const bytes = bufferFrom(torn ? `\n${line}\n` : `${line}\n`);
  torn = true;
  writeAll(CHANNEL.events, bytes);
  torn = false;
}

/**
 * Marks this moment on stdout and stderr, so that the front can put what child processes and native code wrote there
 * between the events before and after.
 */
export function fence(): void {
  marks += 1;
  const bytes = bufferFrom(fenceMark(marks));
  try {
    writeAll(1, bytes);
    writeAll(2, bytes);
    send({ t: "fence", mark: marks });
  } catch {
    // A cell has closed the descriptor: nothing can come by it, so there is nothing to wait for.
  }
}

/** JSON of an event, whatever `toJSON` a cell has given to all objects or arrays. */
function encode(event: SessionEvent): string {
  const ofObjects = getOwnPropertyDescriptor(objects, "toJSON");
  const ofArrays = getOwnPropertyDescriptor(arrays, "toJSON");
  if (!ofObjects && !ofArrays) return toJson(event);
  deleteProperty(objects, "toJSON");
  deleteProperty(arrays, "toJSON");
  try {
    return toJson(event);
  } finally {
    if (ofObjects) defineProperty(objects, "toJSON", ofObjects);
    if (ofArrays) defineProperty(arrays, "toJSON", ofArrays);
  }
}

function writeAll(descriptor: number, bytes: Buffer): void {
  let offset = 0;
  while (offset < bytes.length) {
    try {
      offset += writeSync(descriptor, bytes, offset, bytes.length - offset);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EAGAIN") throw error;
      waitAtomic(pause, 0, 0, 1);
    }
  }
}
