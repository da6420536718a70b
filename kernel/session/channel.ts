import { HeldPrints, WRITER } from "./held-prints.js";
import { CHANNEL, fenceMark, type SessionEvent, type StreamEvent } from "./messages.js";
import {
  bufferFrom,
  defineProperty,
  deleteProperty,
  getOwnPropertyDescriptor,
  laterImmediate,
  now,
  toJson,
} from "./primordials.js";
import { writeAll } from "./write-all.js";

/** A burst is joined from this print of one turn of the event loop on: what little prints is out before what ends it. */
const BURST = 50;
const HOLD_MS = 2;

const { prototype: objects } = Object;
const { prototype: arrays } = Array;

/** Memory of the prints that are held, for the thread that watches over them. */
export const heldMemory = HeldPrints.allocate();
const held = new HeldPrints(heldMemory);
let owner: { readonly id: number; readonly name: StreamEvent[2] } | undefined;
let prints = 0;
let written = 0;
let isScheduled = false;
let wakeWatch: (() => void) | undefined;
let torn = false;
let marks = 0;

/** Lets held prints be watched over. @param wake - wakes the watch. */
export function setWatch(wake: () => void): void {
  wakeWatch = wake;
}

/**
 * Sends printed text. The first prints of a turn of the event loop leave at once; those of a burst are joined, and leave with
 * the next print two milliseconds later, the next other event, the end of the turn, or by the hand of the watch.
 */
export function print(id: number, name: StreamEvent[2], text: string): void {
  const json = toJson(text);
  prints += 1;
  held.take(WRITER.main);
  if (owner?.id !== id || owner.name !== name) {
    held.flush();
    owner = { id, name };
  }
  if (prints < BURST || !holds(id, name, json)) {
    held.flush();
    write(`["o",${id},"${name}",${json}]`);
    written = now();
  } else if (now() - written >= HOLD_MS) {
    held.flush();
    written = now();
  }
  const wakes = wakeWatch !== undefined && held.length > 0 && !held.isWatched;
  if (wakes) held.isWatched = true;
  held.release();
  if (wakes) wakeWatch?.();
  if (isScheduled) return;
  isScheduled = true;
  laterImmediate(() => {
    isScheduled = false;
    prints = 0;
    flushPrints();
  });
}

/** Sends off the prints that are held. */
export function flushPrints(): void {
  held.take(WRITER.main);
  held.flush();
  held.release();
}

function holds(id: number, name: StreamEvent[2], json: string): boolean {
  if (held.hold(id, name, json)) return true;
  held.flush();
  return held.hold(id, name, json);
}

/**
 * Writes events to the front, synchronously: what a cell printed is out before it crashes, and order is kept.
 *
 * An interrupt can end this function halfway; the next event then starts on a new line, and the front drops the torn one.
 *
 * @throws TypeError where an event cannot be written as JSON; nothing is written then.
 */
export function send(...events: SessionEvent[]): void {
  let lines = "";
  for (let i = 0; i < events.length; i++) {
    const event = events[i] as SessionEvent;
    const line = "t" in event ? encode(event) : `["o",${event[1]},"${event[2]}",${toJson(event[3])}]`;
    lines += i === 0 ? line : `\n${line}`;
  }
  held.take(WRITER.main);
  held.flush();
  write(lines);
  held.release();
}

function write(line: string): void {
  const bytes = bufferFrom(torn ? `\n${line}\n` : `${line}\n`);
  torn = true;
  writeAll(CHANNEL.events, bytes);
  torn = false;
}

/**
 * Marks this moment on stdout and stderr, so that the front can put what child processes and native code wrote there
 * between the events before and after.
 *
 * @param events - sent right behind the mark.
 * @throws TypeError where an event cannot be written as JSON.
 */
export function fence(...events: SessionEvent[]): void {
  flushPrints();
  if (marksOutputs()) send({ t: "fence", mark: marks }, ...events);
  else if (events.length > 0) send(...events);
}

function marksOutputs(): boolean {
  marks += 1;
  const bytes = bufferFrom(fenceMark(marks));
  try {
    writeAll(1, bytes);
    writeAll(2, bytes);
    return true;
  } catch {
    // A cell has closed the descriptor: nothing can come by it, so there is nothing to wait for.
    return false;
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
