import { fork, type ChildProcess } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { LanguageMethod, LanguageMethods, LanguageRequest, LanguageResponse } from "../language/messages.js";

interface Waiting {
  resolve(result: unknown): void;
  reject(error: Error): void;
}

type Params<M extends LanguageMethod> = Parameters<LanguageMethods[M]>[0];
type Result<M extends LanguageMethod> = ReturnType<LanguageMethods[M]>;

/**
 * Types of a cell that uses a cell that uses a cell … are found by recursion, some 5 kB each: the default of 1 MB ends at
 * 150 of them. In KiB, well within the 8 MB that systems give.
 */
const STACK = "--stack-size=3900";

/** The language process as the front sees it: requests with answers; started again, knowing the same cells, should it end. */
export class LanguageProcess {
  #child: ChildProcess | undefined;
  #next = 0;
  #closed = false;
  /** The cells that the process knows, by their code: the last run of each. */
  readonly #known = new Map<string, Params<"compile">>();
  readonly #waiting = new Map<number, Waiting>();
  readonly #log: (text: string) => void;

  /** @param log - told when the process ends by itself. */
  constructor(log: (text: string) => void) {
    this.#log = log;
    this.#start();
  }

  /** Asks; rejects when the method threw or the process has ended. */
  request<M extends LanguageMethod>(method: M, params: Params<M>): Promise<Result<M>> {
    return new Promise<Result<M>>((resolve, reject) => {
      const id = this.#send(method, params);
      this.#waiting.set(id, { resolve: resolve as (result: unknown) => void, reject });
    });
  }

  /** Compiles a cell, and remembers it for a process that has to be started again. */
  async compile(cell: Params<"compile">): Promise<Result<"compile">> {
    const compilation = await this.request("compile", cell);
    if (compilation.ok) {
      this.#known.delete(cell.code);
      this.#known.set(cell.code, cell);
    }
    return compilation;
  }

  /** Forgets every cell; resolves to the names that were known. */
  reset(): Promise<Result<"reset">> {
    this.#known.clear();
    return this.request("reset", {});
  }

  /** Ends the process. */
  close(): void {
    this.#closed = true;
    this.#child?.kill("SIGKILL");
  }

  #send(method: LanguageMethod, params: unknown): number {
    const id = this.#next++;
    this.#child?.send({ id, method, params } satisfies LanguageRequest);
    return id;
  }

  #start(): void {
    const entry = fileURLToPath(new URL("../language/main.js", import.meta.url));
    const child = fork(entry, { stdio: ["ignore", "ignore", "inherit", "ipc"], execArgv: [STACK] });
    child.on("message", (response) => this.#settle(response as LanguageResponse));
    child.on("error", (error) => this.#log(`the language process: ${error.message}`));
    child.on("exit", (code, signal) => {
      if (this.#closed) return;
      this.#log(`the language process ended (${signal ?? code}) and is started again`);
      const lost = new Error("the process that compiles cells ended and is started again; try once more");
      for (const { reject } of this.#waiting.values()) reject(lost);
      this.#waiting.clear();
      this.#start();
    });
    this.#child = child;
    for (const cell of this.#known.values()) this.#send("compile", cell);
  }

  #settle(response: LanguageResponse): void {
    const waiting = this.#waiting.get(response.id);
    this.#waiting.delete(response.id);
    if ("error" in response) waiting?.reject(new Error(response.error));
    else waiting?.resolve(response.result);
  }
}
