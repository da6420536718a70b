import { fork, type ChildProcess } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { Compilation, Types } from "../language/compiled-cell.js";
import type {
  LanguageMethod,
  LanguageMethods,
  LanguageRequest,
  LanguageResponse,
  LateTypes,
} from "../language/messages.js";

/** What the front does with what comes unasked. */
export interface LanguageHost {
  /** Told when the process ends by itself. */
  log(text: string): void;
  /** Told what the checker found in a cell that ran before it could be checked. */
  late(fileName: string, types: Types): void;
}

interface Waiting {
  resolve(result: unknown): void;
  reject(error: Error): void;
}

type Params<M extends LanguageMethod> = Parameters<LanguageMethods[M]>[0];
type Result<M extends LanguageMethod> = Awaited<ReturnType<LanguageMethods[M]>>;
type Cell = Params<"ran">;

/** A cell's text is walked by recursion: a sum of some thousand terms is that deep. In KiB, within the 8 MB that systems give. */
const STACK = "--stack-size=3900";

/** The language process as the front sees it: requests with answers; started again, knowing the same cells, should it end. */
export class LanguageProcess {
  #child: ChildProcess | undefined;
  #next = 0;
  #closed = false;
  /** The cells that the process knows, by their code: the last run of each. */
  readonly #known = new Map<string, Cell>();
  readonly #waiting = new Map<number, Waiting>();
  readonly #host: LanguageHost;

  /** Starts the process. */
  constructor(host: LanguageHost) {
    this.#host = host;
    this.#start();
  }

  /** Asks; rejects when the method threw or the process has ended. */
  request<M extends LanguageMethod>(method: M, params: Params<M>): Promise<Result<M>> {
    return new Promise<Result<M>>((resolve, reject) => {
      const id = this.#send(method, params);
      this.#waiting.set(id, { resolve: resolve as (result: unknown) => void, reject });
    });
  }

  /** Compiles a cell; one at whose types the process ends is compiled without a look at them. */
  async compile(cell: Params<"compile">): Promise<Compilation> {
    try {
      return await this.request("compile", cell);
    } catch (error) {
      if (!cell.checks) throw error;
      const compilation = await this.request("compile", { ...cell, checks: false });
      const types: Types = { state: "failed", reason: "the process that does ended" };
      return compilation.ok ? { ...compilation, types } : compilation;
    }
  }

  /** Says that a compiled cell runs: its names are known from now on, also to a process that has to be started again. */
  ran(cell: Cell): void {
    this.#known.delete(cell.code);
    this.#known.set(cell.code, cell);
    this.#send("ran", cell);
  }

  /** Ends the check of a cell that is under way. */
  stopCheck(): void {
    this.#send("stopCheck", {});
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
    child.on("message", (response) => this.#take(response as LanguageResponse | LateTypes));
    child.on("error", (error) => this.#host.log(`the language process: ${error.message}`));
    child.on("exit", (code, signal) => {
      if (this.#closed) return;
      this.#host.log(`the language process ended (${signal ?? code}) and is started again`);
      const lost = new Error("the process that compiles cells ended and is started again; try once more");
      for (const { reject } of this.#waiting.values()) reject(lost);
      this.#waiting.clear();
      this.#start();
    });
    this.#child = child;
    for (const cell of this.#known.values()) this.#send("ran", cell);
  }

  #take(response: LanguageResponse | LateTypes): void {
    if ("late" in response) {
      this.#host.late(response.late, response.types);
      return;
    }
    const waiting = this.#waiting.get(response.id);
    this.#waiting.delete(response.id);
    if ("error" in response) waiting?.reject(new Error(response.error));
    else waiting?.resolve(response.result);
  }
}
