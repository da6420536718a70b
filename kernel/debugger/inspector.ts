import type { Runtime } from "node:inspector";
import type { Duplex } from "node:stream";
import { LineReader } from "../protocol/lines.js";
import { DEBUG_ACCESS, type InspectorRequest } from "../session/messages.js";
import { DebugFailure } from "./messages.js";

type Answer =
  | { readonly id: number; readonly result: unknown }
  | { readonly id: number; readonly error: string }
  | { readonly method: string; readonly params: unknown };

/** JavaScript by which the session's access for the debugger is reached, without side effects in the engine's eyes. */
export const ACCESS = `globalThis[${JSON.stringify(DEBUG_ACCESS)}]`;

/** The inspector of a session's main thread, at the other end of a pipe. */
export class Inspector {
  readonly #pipe: Duplex;
  readonly #waiting = new Map<number, { resolve(result: unknown): void; reject(error: Error): void }>();
  #next = 0;
  #ended = false;

  /** @param onEvent - told of the inspector's events, such as "Debugger.paused". */
  constructor(pipe: Duplex, onEvent: (method: string, params: unknown) => void) {
    this.#pipe = pipe;
    const lines = new LineReader((line) => {
      const answer = JSON.parse(line) as Answer;
      if ("method" in answer) onEvent(answer.method, answer.params);
      else this.#settle(answer);
    });
    pipe.on("data", (chunk: Buffer) => lines.push(chunk)).once("close", () => this.end());
  }

  /** Asks the inspector; rejects when it refuses or the session ends. */
  post<T>(method: string, params: object = {}): Promise<T> {
    if (this.#ended) return Promise.reject(new DebugFailure(SESSION_ENDED));
    return new Promise<T>((resolve, reject) => {
      const id = this.#next++;
      this.#waiting.set(id, { resolve: resolve as (result: unknown) => void, reject });
      this.#pipe.write(`${JSON.stringify({ id, method, params } satisfies InspectorRequest)}\n`);
    });
  }

  /** The value, as JSON, of a member of the session's access for the debugger. */
  async access<T>(member: string): Promise<T> {
    const expression = `${ACCESS}.${member}`;
    const { result } = await this.post<Runtime.EvaluateReturnType>("Runtime.evaluate", {
      expression,
      returnByValue: true,
      disableBreaks: true,
    });
    return result.value as T;
  }

  /** Lets the session go; it can be asked again. */
  disconnect(): void {
    if (!this.#ended) this.#pipe.write(`${JSON.stringify({ method: "disconnect" })}\n`);
    this.#refuse("the debugger has left the session");
  }

  /** Rejects what is still asked: the session has ended. */
  end(): void {
    this.#ended = true;
    this.#refuse(SESSION_ENDED);
  }

  #refuse(reason: string): void {
    for (const { reject } of this.#waiting.values()) reject(new DebugFailure(reason));
    this.#waiting.clear();
  }

  #settle(answer: Exclude<Answer, { method: string }>): void {
    const waiting = this.#waiting.get(answer.id);
    this.#waiting.delete(answer.id);
    if ("error" in answer) waiting?.reject(new DebugFailure(answer.error));
    else waiting?.resolve(answer.result);
  }
}

const SESSION_ENDED = "the process that runs cells has ended";
