import { fork, type ChildProcess } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { LanguageMethod, LanguageMethods, LanguageRequest, LanguageResponse } from "../language/messages.js";

interface Waiting {
  resolve(result: unknown): void;
  reject(error: Error): void;
}

type Params<M extends LanguageMethod> = Parameters<LanguageMethods[M]>[0];
type Result<M extends LanguageMethod> = ReturnType<LanguageMethods[M]>;

/** The language process as the front sees it: requests with answers; started again should it end. */
export class LanguageProcess {
  #child: ChildProcess | undefined;
  #next = 0;
  #closed = false;
  readonly #waiting = new Map<number, Waiting>();
  readonly #log: (text: string) => void;

  /** @param log - told when the process ends by itself. */
  constructor(log: (text: string) => void) {
    this.#log = log;
    this.#start();
  }

  /** Asks; rejects when the method threw or the process has ended. */
  request<M extends LanguageMethod>(method: M, params: Params<M>): Promise<Result<M>> {
    const id = this.#next++;
    const request: LanguageRequest = { id, method, params };
    return new Promise<Result<M>>((resolve, reject) => {
      this.#waiting.set(id, { resolve: resolve as (result: unknown) => void, reject });
      this.#child?.send(request);
    });
  }

  /** Ends the process. */
  close(): void {
    this.#closed = true;
    this.#child?.kill("SIGKILL");
  }

  #start(): void {
    const entry = fileURLToPath(new URL("../language/main.js", import.meta.url));
    const child = fork(entry, { stdio: ["ignore", "ignore", "inherit", "ipc"], execArgv: [] });
    child.on("message", (response) => this.#settle(response as LanguageResponse));
    child.on("error", (error) => this.#log(`the language process: ${error.message}`));
    child.on("exit", (code, signal) => {
      if (this.#closed) return;
      this.#log(`the language process ended (${signal ?? code}) and is started again`);
      const lost = new Error("the language process ended while it compiled the cell; run the cell again");
      for (const { reject } of this.#waiting.values()) reject(lost);
      this.#waiting.clear();
      this.#start();
    });
    this.#child = child;
  }

  #settle(response: LanguageResponse): void {
    const waiting = this.#waiting.get(response.id);
    this.#waiting.delete(response.id);
    if ("error" in response) waiting?.reject(new Error(response.error));
    else waiting?.resolve(response.result);
  }
}
