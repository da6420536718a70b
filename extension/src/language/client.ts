import type { Diagnostic, FromKernel, NotebookCell, Questions } from "./protocol.js";

/** What a client needs: a way to the kernel, and the notebook as it stands. */
export interface ClientHost {
  send(data: object): void;
  /** The code cells as they stand now. */
  cells(): readonly NotebookCell[];
  /** What is wrong with the notebook as it stands, by the ids of cells. */
  found(cells: Readonly<Record<string, readonly Diagnostic[]>>): void;
}

/** How long nothing is typed before the kernel is told. */
const QUIET_MS = 300;

/** No question takes longer, unless the kernel has gone. */
const ANSWER_MS = 30_000;

interface Waiting {
  answer(reply: FromKernel & { readonly type: "reply" }): void;
  fail(error: Error): void;
}

/** Tells the kernel of a notebook, version by version, and asks it about the newest. */
export class LanguageClient {
  readonly #host: ClientHost;
  readonly #waiting = new Map<number, Waiting>();
  #sent = "";
  /** The code when it changed last. */
  #seen = "";
  #version = 0;
  #requests = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(host: ClientHost) {
    this.#host = host;
    this.#tell();
  }

  /** Something in the notebook has changed: if it is code, the kernel is told once it is quiet. */
  changed(): void {
    const text = JSON.stringify(this.#host.cells());
    if (text === this.#seen) return;
    this.#seen = text;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#tell(), QUIET_MS);
  }

  /** Asks; resolves to undefined if the notebook has changed by the time of the answer. */
  ask<M extends keyof Questions>(
    method: M,
    params: Parameters<Questions[M]>[0],
  ): Promise<ReturnType<Questions[M]> | undefined> {
    this.#tell();
    const request = ++this.#requests;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => this.#fail(request, "the kernel does not answer"), ANSWER_MS);
      this.#waiting.set(request, {
        answer: (reply) => {
          clearTimeout(timer);
          if (reply.status === "error") reject(new Error(reply.message));
          else if (reply.status === "stale" || !this.#isCurrent()) resolve(undefined);
          else resolve(reply.result as ReturnType<Questions[M]>);
        },
        fail: (error) => {
          clearTimeout(timer);
          reject(error);
        },
      });
      this.#host.send({ type: "request", request, version: this.#version, method, ...params });
    });
  }

  /** Takes what the kernel sends. */
  receive(message: FromKernel): void {
    if (message.type === "reply") {
      const waiting = this.#waiting.get(message.request);
      this.#waiting.delete(message.request);
      waiting?.answer(message);
    } else if (message.type === "diagnostics") {
      if (message.version === this.#version && this.#isCurrent()) this.#host.found(message.cells);
    } else console.warn(`TypeScript kernel: ${message.message}`);
  }

  /** Ends it: what is not answered fails. */
  close(): void {
    clearTimeout(this.#timer);
    for (const request of [...this.#waiting.keys()]) this.#fail(request, "the kernel has gone");
  }

  #tell(): void {
    clearTimeout(this.#timer);
    const cells = this.#host.cells();
    const text = JSON.stringify(cells);
    if (text === this.#sent) return;
    this.#sent = text;
    this.#version += 1;
    this.#host.send({ type: "notebook", version: this.#version, cells });
  }

  #isCurrent(): boolean {
    return JSON.stringify(this.#host.cells()) === this.#sent;
  }

  #fail(request: number, message: string): void {
    this.#waiting.get(request)?.fail(new Error(message));
    this.#waiting.delete(request);
  }
}
