import { rmSync } from "node:fs";
import type { Compilation, Types } from "../language/compiled-cell.js";
import type { LanguageMethod, LanguageMethods, LanguageResponse } from "../language/messages.js";
import type { RanCell } from "../language/service.js";
import { LanguageProcess } from "./language-process.js";
import { startupSnapshot } from "./startup-snapshot.js";

type Params<M extends LanguageMethod> = Parameters<LanguageMethods[M]>[0];
type Result<M extends LanguageMethod> = ReturnType<LanguageMethods[M]>;

interface Job {
  readonly method: LanguageMethod;
  readonly params: unknown;
  resolve(result: unknown): void;
  reject(error: Error): void;
}

/** The longest that one question may take. */
const LIMIT_MS = 10_000;

/** Loading TypeScript and its libraries takes two seconds, or many where others use the machine. */
const START_LIMIT_MS = 120_000;

/** Code is compiled well once it has run some times; many more rounds gain little and cost memory. */
const EXERCISES = 12;
const EXERCISE_MS = 50;
const IDLE_MS = 1_000;
const REST_MS = 3_000;

const INTERRUPTED = "interrupted";

/** What cells wait for; questions of editors wait behind it. */
const URGENT: readonly LanguageMethod[] = ["compile", "check", "ran", "reset"];

/** What loads the libraries' types. */
const WARMING: readonly LanguageMethod[] = ["check", "exercise", "notebookFaults"];

/** What is asked of a whole notebook, cell by cell: a question about a place in it goes before. */
const LENGTHY: readonly LanguageMethod[] = ["notebookFaults"];

/**
 * What the kernel knows of TypeScript: cells compiled and checked, answers to editors. It comes from a process that is asked
 * one thing at a time; one that ends, or takes too long, is replaced by one that knows the same cells.
 */
export class Language {
  /** Told what the checker found in a cell that ran before it could be checked. */
  onLate: (fileName: string, types: Types) => void = () => undefined;
  /** Told when the cells that are known have changed. */
  onChange: () => void = () => undefined;
  /** Told when the process is replaced: all but the cells that have run is forgotten. */
  onRestart: () => void = () => undefined;
  readonly #log: (text: string) => void;
  readonly #urgent: Job[] = [];
  readonly #patient: Job[] = [];
  readonly #lengthy: Job[] = [];
  readonly #followers = new Set<Language>();
  /** The cells that have run, by their code: the last run of each. */
  readonly #known = new Map<string, RanCell>();
  /** Cells whose types cannot be found: later ones know them by their names alone. */
  readonly #opaque = new Set<string>();
  #process: LanguageProcess | undefined;
  #job: Job | undefined;
  #timer: NodeJS.Timeout | undefined;
  #idle: NodeJS.Timeout | undefined;
  #exercises = 0;
  #isRested = false;
  /** Whether the process has loaded the libraries' types: the first look at types is part of its start. */
  #isWarm = false;
  #isClosed = false;

  /** Starts the process. @param log - told when a process has ended by itself. */
  constructor(log: (text: string) => void) {
    this.#log = log;
    this.#process = this.#start(startupSnapshot());
  }

  /** Whether its process starts from a startup snapshot. */
  get startsFromSnapshot(): boolean {
    return this.#process?.snapshot !== undefined;
  }

  /** Asks; rejects when the method threw, the process has ended, or the answer takes too long. */
  request<M extends LanguageMethod>(method: M, params: Params<M>): Promise<Result<M>> {
    return new Promise<Result<M>>((resolve, reject) => {
      const job: Job = { method, params, resolve: resolve as (result: unknown) => void, reject };
      this.#queueOf(method).push(job);
      this.#next();
    });
  }

  /** Compiles a cell; one whose types take too long, or end the process, is compiled without a look at them. */
  async compile(cell: Params<"compile">): Promise<Compilation> {
    let compilation: Compilation;
    try {
      compilation = await this.request("compile", cell);
    } catch (error) {
      if (!cell.checks || isInterruption(error)) throw error;
      compilation = await this.request("compile", { ...cell, checks: false });
      if (!compilation.ok) return compilation;
      compilation = { ...compilation, types: { state: "failed", reason: messageOf(error) } };
    }
    if (!compilation.ok) return compilation;
    if (compilation.types.state === "failed") this.#opaque.add(cell.fileName);
    if (compilation.types.state === "later") void this.#checkLate(cell);
    return compilation;
  }

  /** Says that a compiled cell runs: its names are known from now on. Said once more when it has a result. */
  ran({ code, fileName, result }: RanCell): void {
    this.#learn([{ code, fileName, result, isOpaque: this.#opaque.has(fileName) }]);
    this.onChange();
  }

  /**
   * Another with a process of its own, which is told of the same cells until it is closed: no cell waits for what it is
   * asked, however long that takes.
   */
  follow(): Language {
    const follower = new Language(this.#log);
    follower.#exercises = EXERCISES;
    // A snapshot knows the libraries, but not the packages that a whole notebook imports.
    follower.#isWarm = false;
    follower.#learn([...this.#known.values()]);
    this.#followers.add(follower);
    return follower;
  }

  /** Ends the compilation of a cell that is under way, with the process: no other way ends a look at types. */
  interrupt(): void {
    const waiting = this.#urgent.findIndex(({ method }) => method === "compile");
    if (this.#job?.method === "compile") this.#replace(INTERRUPTED);
    else if (waiting >= 0) for (const job of this.#urgent.splice(waiting, 1)) job.reject(new Error(INTERRUPTED));
  }

  /** Forgets every cell; resolves to the names that were known. */
  reset(): Promise<Result<"reset">> {
    this.#known.clear();
    for (const follower of this.#open()) void follower.reset().catch(() => undefined);
    this.onChange();
    return this.request("reset", {});
  }

  /** Ends the process. */
  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    clearTimeout(this.#idle);
    this.#process?.close();
    for (const follower of this.#followers) follower.close();
  }

  #learn(cells: readonly RanCell[]): void {
    for (const cell of cells) {
      this.#known.delete(cell.code);
      this.#known.set(cell.code, cell);
    }
    if (cells.length > 0) void this.#ask("ran", cells);
    for (const follower of this.#open()) follower.#learn(cells);
  }

  /** The followers that are not closed. */
  #open(): Set<Language> {
    for (const follower of this.#followers) if (follower.#isClosed) this.#followers.delete(follower);
    return this.#followers;
  }

  #queueOf(method: LanguageMethod): Job[] {
    if (URGENT.includes(method)) return this.#urgent;
    return LENGTHY.includes(method) ? this.#lengthy : this.#patient;
  }

  async #checkLate({ code, fileName }: Params<"compile">): Promise<void> {
    const types = await this.request("check", { code }).catch((error: unknown): Types => ({
      state: "failed",
      reason: messageOf(error),
    }));
    if (types.state === "failed") this.#opaque.add(fileName);
    this.onLate(fileName, types);
  }

  /** Asks for what needs no answer. */
  async #ask<M extends LanguageMethod>(method: M, params: Params<M>): Promise<void> {
    await this.request(method, params).catch(() => undefined);
  }

  #next(): void {
    if (this.#job || this.#isClosed) return;
    const next = this.#urgent.shift() ?? this.#patient.shift() ?? this.#lengthy.shift();
    clearTimeout(this.#idle);
    if (!next) {
      this.#whenIdle();
      return;
    }
    if (next.method !== "rest") this.#isRested = false;
    this.#job = next;
    this.#process ??= this.#start(undefined);
    this.#process.send({ method: next.method, params: next.params });
    const limit = this.#isWarm && this.#process.isReady ? LIMIT_MS : START_LIMIT_MS;
    this.#timer = setTimeout(() => this.#replace(`it took longer than ${limit / 1000} s`), limit);
  }

  /** As long as nothing else is asked, lets the process look at a sample again and again, and then give memory back. */
  #whenIdle(): void {
    const isFit = this.#exercises >= EXERCISES;
    if (isFit && this.#isRested) return;
    const after = isFit ? REST_MS : this.#exercises === 0 ? IDLE_MS : EXERCISE_MS;
    this.#idle = setTimeout(() => {
      if (isFit) this.#isRested = true;
      else this.#exercises += 1;
      void this.#ask(isFit ? "rest" : "exercise", {});
    }, after).unref();
  }

  #settle(response: LanguageResponse): void {
    const done = this.#take();
    if (done && WARMING.includes(done.method)) this.#isWarm = true;
    if ("error" in response) done?.reject(new Error(response.error));
    else done?.resolve(response.result);
    this.#next();
  }

  #take(): Job | undefined {
    clearTimeout(this.#timer);
    const taken = this.#job;
    this.#job = undefined;
    return taken;
  }

  #start(snapshot: string | undefined): LanguageProcess {
    this.#isWarm = snapshot !== undefined;
    return new LanguageProcess(snapshot, {
      ready: () => this.#next(),
      answer: (response) => this.#settle(response),
      ended: (how) => {
        this.#log(`the language process ended (${how}) and is started again`);
        this.#replace(`the process that does ended (${how})`, true);
      },
    });
  }

  /**
   * Ends the process and what it was asked, and starts another that knows the same cells.
   *
   * @param hasFailed - whether the process has ended by itself.
   */
  #replace(reason: string, hasFailed = false): void {
    const ended = this.#process;
    if (!ended || this.#isClosed) return;
    ended.close();
    const failed = this.#take();
    this.#exercises = 0;
    this.#process = undefined;
    if (ended.isReady || !hasFailed) {
      failed?.reject(new Error(reason));
      this.#process = this.#start(ended.snapshot);
    } else if (ended.snapshot === undefined) {
      for (const job of [failed, ...this.#urgent.splice(0), ...this.#patient.splice(0), ...this.#lengthy.splice(0)])
        job?.reject(new Error(reason));
    } else {
      // A snapshot that does not even start is of no use to any kernel.
      rmSync(ended.snapshot, { force: true });
      if (failed) this.#urgent.unshift(failed);
      this.#process = this.#start(undefined);
    }
    const cells = [...this.#known.values()];
    const ignored = (): void => undefined;
    if (cells.length > 0) this.#urgent.unshift({ method: "ran", params: cells, resolve: ignored, reject: ignored });
    this.onRestart();
    this.#next();
  }
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
const isInterruption = (error: unknown): boolean => messageOf(error) === INTERRUPTED;
