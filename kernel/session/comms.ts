import { randomUUID } from "node:crypto";
import { send } from "./channel.js";
import type { Comm, CommBuffer, CommExtras, CommMessage, Comms } from "./comm-api.js";
import type { CommPacket } from "./messages.js";
import { inOwnTurn } from "./own-turn.js";
import {
  bufferFrom,
  createObject,
  isAnyArrayBuffer,
  isArray,
  isArrayBufferView,
  isPromise,
  onSettled,
  toBase64,
} from "./primordials.js";
import { undisturbed } from "./undisturbed.js";
import type { Run, Runs } from "./runs.js";

/** A function of a cell, and the cell. */
interface Handler {
  readonly cell: number;
  handle(...values: unknown[]): unknown;
}

interface CommState {
  readonly comm: Comm;
  isOpen: boolean;
  message?: Handler;
  close?: Handler;
}

/** What comms need of the session. */
export interface CommHost {
  readonly runs: Runs;
  /** Told what a handler threw, and the cell that gave it. */
  failed(error: unknown, cell: number): void;
}

/** The session's side of all comms. */
export class CommRegistry {
  /** What cells see. */
  readonly api: Comms;
  readonly #host: CommHost;
  readonly #targets = createObject(null) as Record<string, Handler>;
  readonly #comms = createObject(null) as Record<string, CommState>;

  /** @param host - whose runs the messages belong to. */
  constructor(host: CommHost) {
    this.#host = host;
    this.api = {
      registerTarget: (target, handler) => {
        this.#targets[named("target", target)] = this.#handler(handler);
      },
      unregisterTarget: (target) => {
        delete this.#targets[named("target", target)];
      },
      open: (target, { id = randomUUID(), data, ...extras } = {}) => {
        if (this.#comms[named("id", id)]) throw new Error(`a comm with the id "${id}" is open already`);
        this.#send("open", id, data, extras, named("target", target));
        return this.#add(id, target).comm;
      },
    };
  }

  /** Handles a client's message once the event loop comes round, after the cells that were sent before it. */
  take(packet: CommPacket): void {
    const run = this.#host.runs.addHandling(packet.id);
    inOwnTurn(() => this.#enter(run, packet));
  }

  #enter(run: Run, packet: CommPacket): void {
    if (run.done) return;
    const { runs } = this.#host;
    const end = (): void => runs.settled(run, () => runs.end(run));
    const fail = (error: unknown): void =>
      undisturbed(() => {
        this.#host.failed(error, run.cell);
        if (packet.as === "open") this.#comms[packet.comm]?.comm.close();
        end();
      });
    runs.within(run, () => {
      try {
        const returned = this.#handle(run, packet);
        if (isPromise(returned)) onSettled(returned, end, fail);
        else end();
      } catch (error) {
        fail(error);
      }
    });
  }

  #handle(run: Run, { as, comm: id, target = "", ...content }: CommPacket): unknown {
    if (as === "open") {
      const handler = this.#targets[target];
      if (!handler) {
        this.#send("close", id);
        return undefined;
      }
      run.cell = handler.cell;
      return handler.handle(this.#add(id, target).comm, received(content));
    }
    const state = this.#comms[id];
    if (as === "close") this.#remove(id);
    const handler = as === "close" ? state?.close : state?.message;
    if (!handler) return undefined;
    run.cell = handler.cell;
    return handler.handle(received(content));
  }

  #add(id: string, target: string): CommState {
    const state: CommState = {
      isOpen: true,
      comm: {
        id,
        target,
        get isOpen() {
          return state.isOpen;
        },
        send: (data, extras) => {
          if (!state.isOpen) throw new Error(`the comm "${id}" of target "${target}" is closed; open a new one`);
          this.#send("msg", id, data, extras);
        },
        close: (data, extras) => {
          if (!state.isOpen) return;
          this.#send("close", id, data, extras);
          this.#remove(id);
        },
        onMessage: (handler) => {
          state.message = this.#handler(handler);
        },
        onClose: (handler) => {
          state.close = this.#handler(handler);
        },
      },
    };
    this.#comms[id] = state;
    return state;
  }

  #remove(id: string): void {
    const state = this.#comms[id];
    if (state) state.isOpen = false;
    delete this.#comms[id];
  }

  #handler(handle: unknown): Handler {
    if (typeof handle !== "function") throw new TypeError(`a handler must be a function, not ${typeof handle}`);
    return { handle: handle as Handler["handle"], cell: this.#host.runs.currentCell() };
  }

  #send(
    as: CommPacket["as"],
    comm: string,
    data: object = {},
    { metadata = {}, buffers = [], ...others }: CommExtras = {},
    target?: string,
  ): void {
    for (const key in others) throw new TypeError(`a comm message has no option "${key}"; it has metadata, buffers`);
    send({
      t: "comm",
      id: this.#host.runs.current(),
      as,
      comm,
      target,
      data: object("data", data),
      metadata: object("metadata", metadata),
      buffers: converted(buffers, (buffer) => toBase64(bytesOf(buffer))),
    });
  }
}

function named(what: string, name: unknown): string {
  if (typeof name === "string" && name !== "") return name;
  throw new TypeError(`the ${what} of a comm must be a text that is not empty`);
}

function object(what: string, value: unknown): object {
  if (typeof value === "object" && value !== null && !isArray(value)) return value;
  throw new TypeError(`the ${what} of a comm message must be an object`);
}

function bytesOf(buffer: CommBuffer): Buffer {
  if (isArrayBufferView(buffer)) return bufferFrom(buffer.buffer, buffer.byteOffset, buffer.byteLength);
  if (isAnyArrayBuffer(buffer)) return bufferFrom(buffer);
  throw new TypeError("the buffers of a comm message must be ArrayBuffers, typed arrays or DataViews");
}

/** A message as handlers get it: each buffer is of its own, so that other typed arrays can be laid over it. */
function received({
  data,
  metadata,
  buffers,
}: Pick<CommPacket, "data" | "metadata" | "buffers">): CommMessage<unknown> {
  return {
    data,
    metadata: metadata as CommMessage["metadata"],
    buffers: converted(buffers, (text) => new Uint8Array(bufferFrom(text, "base64"))),
  };
}

/** `values.map(convert)`, whatever has become of the arrays' prototype. */
function converted<T, U>(values: readonly T[], convert: (value: T) => U): U[] {
  const all: U[] = [];
  for (let i = 0; i < values.length; i += 1) all[i] = convert(values[i] as T);
  return all;
}
