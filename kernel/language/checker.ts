import { Worker } from "node:worker_threads";
import type { CheckerMethod, CheckerMethods, CheckerRequest, CheckerResponse } from "./checker-messages.js";
import type { Fault } from "./compiled-cell.js";
import type { RanCell } from "./service.js";

/** What came of a check: faults, or why there are none to tell. */
export type CheckOutcome = { readonly faults: readonly Fault[] } | { readonly reason: string };

type Params<M extends CheckerMethod> = Parameters<CheckerMethods[M]>[0];
type Result<M extends CheckerMethod> = ReturnType<CheckerMethods[M]>;

interface Job<M extends CheckerMethod = CheckerMethod> {
  readonly method: M;
  params: unknown;
  /** The cell that a check is about. */
  readonly fileName: string | undefined;
  readonly settled: Promise<Result<M>>;
  resolve(result: unknown): void;
  reject(error: Error): void;
}

/** The longest that one question may take. */
export const LIMIT_MS = 10_000;

/** Loading TypeScript and its libraries takes one second, or many where others use the machine. */
const WARM_LIMIT_MS = 120_000;

/** Types of a cell that uses a cell that uses a cell … are found by recursion, some 5 kB each. */
const STACK_MB = 32;

/** Code is compiled well once it has run some times; many more rounds gain little and cost memory. */
const EXERCISES = 12;
const EXERCISE_MS = 50;

const INTERRUPTED = "interrupted";

/** What cells wait for; questions of editors wait behind it. */
const URGENT: readonly CheckerMethod[] = ["check", "add", "clear"];

/**
 * TypeScript's checker on a thread of its own, asked one thing at a time. A thread that ends, or takes too long, is replaced
 * by one that knows the same cells; the cell it ended at is then known by its names alone.
 */
export class Checker {
  readonly #limitMs: number;
  readonly #urgent: Job[] = [];
  readonly #patient: Job[] = [];
  /** The cells the thread knows, by their code: the last run of each. */
  readonly #known = new Map<string, RanCell>();
  readonly #opaque = new Set<string>();
  #thread: Worker | undefined;
  #timer: NodeJS.Timeout | undefined;
  #job: Job | undefined;
  #isWarm = false;
  #broken: string | undefined;

  /** @param limitMs - the longest that one question may take. */
  constructor(limitMs = LIMIT_MS) {
    this.#limitMs = limitMs;
  }

  /** Whether a check would begin at once, or behind a few others. */
  get isWarm(): boolean {
    return this.#isWarm;
  }

  /** Why no cell can be checked, if none can. */
  get broken(): string | undefined {
    return this.#broken;
  }

  /** Starts the thread, unless it runs. */
  start(): void {
    if (this.#thread || this.#broken !== undefined) return;
    const thread = new Worker(new URL("./checker-thread.js", import.meta.url), {
      resourceLimits: { stackSizeMb: STACK_MB },
    });
    thread.unref();
    thread.on("message", (response) => {
      // A thread that is being ended may still have spoken.
      if (this.#thread === thread) this.#settle(response as CheckerResponse);
    });
    thread.on("error", (error) => this.#replace(thread, `the checker failed: ${error.message}`));
    thread.on("exit", (code) => this.#replace(thread, `the checker ended with code ${code}`));
    this.#thread = thread;
    if (this.#known.size > 0) this.#urgent.unshift(job("add", [...this.#known.values()]));
    const warming = job("warm", {});
    this.#urgent.unshift(warming);
    warming.settled.then(
      () => {
        this.#isWarm = true;
        this.#exercise(thread, EXERCISES);
      },
      (error: Error) => this.#giveUp(error.message),
    );
    this.#next();
  }

  /** Looks at the types of a cell; the answer comes after the thread has started. */
  async check({ fileName, code }: RanCell): Promise<CheckOutcome> {
    try {
      return { faults: await this.#ask(job("check", { code }, fileName)) };
    } catch (error) {
      return { reason: error instanceof Error ? error.message : String(error) };
    }
  }

  /** Takes a cell that runs: what is asked from now on knows its names. */
  add(cell: RanCell): void {
    void this.#ask(job("add", [cell]));
  }

  /** Forgets every cell. */
  clear(): void {
    void this.#ask(job("clear", {}));
  }

  /** Answers an editor's question; starts the thread for it. */
  ask<M extends "complete" | "inspect">(method: M, params: Params<M>): Promise<Result<M>> {
    this.start();
    return this.#ask(job(method, params));
  }

  /** Ends a check that is under way. */
  stop(): void {
    if (this.#job?.method === "check" && this.#thread) this.#replace(this.#thread, INTERRUPTED);
  }

  #ask<M extends CheckerMethod>(asked: Job<M>): Promise<Result<M>> {
    if (this.#broken !== undefined) asked.reject(new Error(this.#broken));
    else (URGENT.includes(asked.method) ? this.#urgent : this.#patient).push(asked);
    this.#next();
    return asked.settled;
  }

  /** Looks at the sample again and again, as long as nothing else is asked. */
  #exercise(thread: Worker, rounds: number): void {
    if (rounds === 0 || this.#thread !== thread) return;
    setTimeout(() => {
      if (!this.#job) void this.#ask(job("warm", {}));
      this.#exercise(thread, rounds - 1);
    }, EXERCISE_MS).unref();
  }

  #next(): void {
    if (this.#job || !this.#thread) return;
    const next = this.#urgent.shift() ?? this.#patient.shift();
    if (!next) return;
    if (next.method === "add") next.params = (next.params as readonly RanCell[]).map((cell) => this.#note(cell));
    if (next.method === "clear") this.#known.clear();
    this.#job = next;
    this.#thread.postMessage({ method: next.method, params: next.params } satisfies CheckerRequest);
    const thread = this.#thread;
    const limit = next.method === "warm" ? WARM_LIMIT_MS : this.#limitMs;
    this.#timer = setTimeout(() => this.#replace(thread, `it took longer than ${limit / 1000} s`), limit);
  }

  #note(cell: RanCell): RanCell {
    const noted = this.#opaque.has(cell.fileName) ? { ...cell, isOpaque: true } : cell;
    this.#known.delete(cell.code);
    this.#known.set(cell.code, noted);
    return noted;
  }

  #settle(response: CheckerResponse): void {
    const done = this.#take();
    if ("error" in response) done?.reject(new Error(response.error));
    else done?.resolve(response.result);
    this.#next();
  }

  /** Ends a thread, and starts another unless this one never came to work. */
  #replace(thread: Worker, reason: string): void {
    if (this.#thread !== thread) return;
    const wasWarm = this.#isWarm;
    this.#thread = undefined;
    this.#isWarm = false;
    const failed = this.#take();
    if (failed?.method === "check" && failed.fileName !== undefined && reason !== INTERRUPTED)
      this.#opaque.add(failed.fileName);
    failed?.reject(new Error(reason));
    void thread.terminate();
    if (wasWarm || failed?.method !== "warm") this.start();
  }

  #take(): Job | undefined {
    clearTimeout(this.#timer);
    const taken = this.#job;
    this.#job = undefined;
    return taken;
  }

  #giveUp(reason: string): void {
    this.#broken = reason;
    process.stderr.write(`cells run unchecked, and editors get no answers: ${reason}\n`);
    for (const left of [...this.#urgent.splice(0), ...this.#patient.splice(0)]) left.reject(new Error(reason));
  }
}

function job<M extends CheckerMethod>(method: M, params: Params<M>, fileName?: string): Job<M> {
  const { promise, resolve, reject } = withResolvers<Result<M>>();
  // Not everyone who asks waits for the answer.
  promise.catch(() => undefined);
  return { method, params, fileName, settled: promise, resolve, reject };
}

/** `Promise.withResolvers`, which Node 20 has not. */
function withResolvers<T>() {
  let resolve!: (value: T) => void;
  let reject!: (error: Error) => void;
  const promise = new Promise<T>((...settlers) => ([resolve, reject] = settlers));
  return { promise, resolve, reject };
}
