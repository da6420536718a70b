import { spawn, type ChildProcess } from "node:child_process";
import type { Readable, Writable } from "node:stream";
import { fileURLToPath } from "node:url";
import { CHANNEL, type LanguageRequest, type LanguageResponse } from "../language/messages.js";
import { LineReader } from "../protocol/lines.js";
import { LANGUAGE_ENVIRONMENT, LANGUAGE_FLAGS } from "./startup-snapshot.js";

/** What the front is told of one language process. */
export interface LanguageProcessHandlers {
  /** It has started. */
  ready(): void;
  /** The answer to the last request. */
  answer(response: LanguageResponse): void;
  /** It has ended by itself. */
  ended(how: string): void;
}

const ENTRY = fileURLToPath(new URL("../language/main.js", import.meta.url));

/** One process that knows TypeScript; it is asked one thing at a time. */
export class LanguageProcess {
  readonly #child: ChildProcess;
  #isReady = false;
  #isClosed = false;

  /** @param snapshot - the startup snapshot that it starts from, if there is one. */
  constructor(
    readonly snapshot: string | undefined,
    handlers: LanguageProcessHandlers,
  ) {
    const start = snapshot === undefined ? [] : ["--snapshot-blob", snapshot];
    this.#child = spawn(process.execPath, [...LANGUAGE_FLAGS, ...start, ENTRY], {
      env: { ...process.env, ...LANGUAGE_ENVIRONMENT },
      stdio: ["ignore", "ignore", "inherit", "pipe", "pipe"],
    });
    const lines = new LineReader((line) => {
      if (this.#isClosed) return;
      if (this.#isReady) handlers.answer(JSON.parse(line) as LanguageResponse);
      else {
        this.#isReady = true;
        handlers.ready();
      }
    });
    const end = (how: string): void => {
      if (this.#isClosed) return;
      this.#isClosed = true;
      handlers.ended(how);
    };
    for (const stream of this.#child.stdio) stream?.on("error", () => undefined);
    (this.#child.stdio[CHANNEL.responses] as Readable).on("data", (chunk: Buffer) => lines.push(chunk));
    this.#child.on("error", (error) => end(error.message));
    this.#child.on("exit", (code, signal) => end(signal === null ? `exit code ${code}` : `signal ${signal}`));
  }

  /** Whether it has started. */
  get isReady(): boolean {
    return this.#isReady;
  }

  /** Asks; the last request must have been answered. It may be asked before it is ready. */
  send(request: LanguageRequest): void {
    (this.#child.stdio[CHANNEL.requests] as Writable).write(`${JSON.stringify(request)}\n`);
  }

  /** Ends it; nothing more is heard of it. */
  close(): void {
    this.#isClosed = true;
    this.#child.kill("SIGKILL");
  }
}
