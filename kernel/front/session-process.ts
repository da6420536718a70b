import { spawn, type ChildProcess } from "node:child_process";
import type { Duplex, Readable, Writable } from "node:stream";
import { StringDecoder } from "node:string_decoder";
import { fileURLToPath } from "node:url";
import { LineReader } from "../protocol/lines.js";
import {
  CHANNEL,
  type InputReply,
  type RunRequest,
  type SessionEvent,
  type SessionRequest,
  type StreamEvent,
} from "../session/messages.js";
import { Merge } from "./merge.js";

/** What the front is told of its session. */
export interface SessionHandlers {
  event(event: SessionEvent): void;
  /** Text that child processes or native code wrote. */
  native(name: "stdout" | "stderr", text: string): void;
  /** The process has ended, and not because it was told to; all its output has been handed on. */
  ended(how: string): void;
}

const EXIT_GRACE_MS = 200;
const RESEND_MS = 1000;

/** Node writes it when it ends under a debugger. */
const DEBUGGER_NOTE = "Waiting for the debugger to disconnect...\n";

/** What the engine writes as it ends a process whose memory is used up. */
const EXHAUSTED = "JavaScript heap out of memory";
const OUT_OF_MEMORY = "out of memory; NODE_OPTIONS=--max-old-space-size=8192 in the kernel's environment allows 8 GB";

/**
 * An interrupt may unbalance Node's stack of asynchronous ids; V8 would keep the script of every cell, in case the same text
 * came again; the loader that cells use is still called experimental, and Node's own binding, which interrupts need, deprecated;
 * and `import.meta.resolve` speaks for the cell only where it may be told so.
 */
const SESSION_FLAGS = [
  "--no-force-async-hooks-checks",
  "--no-compilation-cache",
  "--disable-warning=ExperimentalWarning",
  "--disable-warning=DEP0111",
  "--experimental-import-meta-resolve",
];

function spawnSession(): ChildProcess {
  const entry = fileURLToPath(new URL("../session/main.js", import.meta.url));
  return spawn(process.execPath, [...SESSION_FLAGS, entry], {
    detached: true,
    stdio: ["ignore", "pipe", "pipe", "pipe", "pipe", "pipe", "pipe", "pipe"],
  });
}

/** One session process: the leader of its own process group, in which everything ends that cells have started. */
export class SessionProcess {
  readonly #child: ChildProcess;
  #closed = false;
  #ready = false;
  #ended = false;
  #round = 0;
  /** By run. */
  readonly #resends = new Map<number, NodeJS.Timeout>();

  /** Starts the process. */
  constructor(handlers: SessionHandlers) {
    const child = spawnSession();
    this.#child = child;
    const merge = new Merge(handlers);
    const lines = new LineReader((line) => {
      const event = parseEvent(line);
      if (!event) return;
      if ("t" in event && event.t === "ready") this.#ready = true;
      if ("t" in event && event.t === "started") this.#forget(event.id);
      else merge.pushEvent(event);
    });
    this.#readable(CHANNEL.events).on("data", (chunk: Buffer) => lines.push(chunk));
    let isExhausted = false;
    for (const [name, descriptor] of [
      ["stdout", 1],
      ["stderr", 2],
    ] as const) {
      const decoder = new StringDecoder("utf8");
      this.#readable(descriptor).on("data", (chunk: Buffer) => {
        const text = decoder.write(chunk);
        isExhausted ||= text.includes(EXHAUSTED);
        merge.pushNative(name, text.replace(DEBUGGER_NOTE, ""));
      });
    }
    for (const stream of child.stdio) stream?.on("error", () => undefined);

    const end = (how: string): void => {
      if (this.#ended) return;
      this.#ended = true;
      this.#forgetAll();
      this.#killGroup("SIGKILL");
      merge.end();
      if (!this.#closed) handlers.ended(how);
    };
    child.on("error", (error) => end(`it could not be started: ${error.message}`));
    child.on("exit", (code, signal) => {
      const ending = signal === null ? `exit code ${code}` : `signal ${signal}`;
      const how = (): string => (isExhausted ? `${ending}: ${OUT_OF_MEMORY}` : ending);
      // Descendants may hold the pipes open, so `close` alone might never come.
      const timer = setTimeout(() => end(how()), EXIT_GRACE_MS);
      child.once("close", () => {
        clearTimeout(timer);
        end(how());
      });
    });
  }

  /** Id of the process. */
  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** The pipe to the session's inspector. */
  get inspector(): Duplex {
    return this.#child.stdio[CHANNEL.inspector as 1] as unknown as Duplex;
  }

  /** Runs a cell; `done` follows among the events. */
  run(request: RunRequest): void {
    this.tell(request);
    const again = (): void => {
      this.#resends.delete(request.id);
      this.tell(request);
    };
    this.#resends.set(request.id, setTimeout(again, RESEND_MS));
  }

  /** Sends a request that nothing is waited for. */
  tell(request: SessionRequest): void {
    this.#write(CHANNEL.requests, request);
  }

  /** Answers a waiting prompt. */
  answer(reply: InputReply): void {
    this.#write(CHANNEL.input, reply);
  }

  /** Interrupts what runs: by message, by signal to the group, and by force if neither helps. */
  interrupt(): void {
    this.#round += 1;
    this.tell({ t: "interrupt", round: this.#round });
    this.#writable(CHANNEL.interrupts).write(`${this.#round}\n`);
    // A session that is still starting would end by it.
    if (this.#ready) this.#killGroup("SIGINT");
  }

  /** Ends the process and everything it has started. */
  close(): void {
    this.#closed = true;
    this.#forgetAll();
    this.#killGroup("SIGKILL");
  }

  #forget(run: number): void {
    clearTimeout(this.#resends.get(run));
    this.#resends.delete(run);
  }

  #forgetAll(): void {
    for (const run of this.#resends.keys()) this.#forget(run);
  }

  #killGroup(signal: NodeJS.Signals): void {
    if (this.#child.pid === undefined) return;
    try {
      process.kill(-this.#child.pid, signal);
    } catch {
      // Nothing of the group is left.
    }
  }

  #write(descriptor: number, value: object): void {
    this.#writable(descriptor).write(`${JSON.stringify(value)}\n`);
  }

  #readable(descriptor: number): Readable {
    return this.#child.stdio[descriptor as 1] as unknown as Readable;
  }

  #writable(descriptor: number): Writable {
    return this.#child.stdio[descriptor as 0] as unknown as Writable;
  }
}

/** Reads an event; a line torn by an interrupt is dropped. */
function parseEvent(line: string): SessionEvent | undefined {
  try {
    const event = JSON.parse(line) as unknown;
    if (Array.isArray(event)) return [event[0], event[1], event[2], event.slice(3).join("")] as StreamEvent;
    return typeof event === "object" && event !== null ? (event as SessionEvent) : undefined;
  } catch {
    return undefined;
  }
}
