import { join } from "node:path";
import vm from "node:vm";
import { bundle } from "../display/bundle.js";
import { reportDeletion, reportInterrupt } from "../display/interrupted.js";
import { textOf } from "../display/text.js";
import type { MimeBundle } from "../protocol/messages.js";
import { Boxes } from "./boxes.js";
import { send } from "./channel.js";
import { cellMeta } from "./cell-meta.js";
import type { CellRuntime } from "./cell-runtime.js";
import { createDebugAccess, type DebugAccess } from "./debug-access.js";
import { imported } from "./import-errors.js";
import { Interruptions, isInterruption } from "./interruptions.js";
import { LocalModules } from "./local-modules.js";
import { LocalRequire } from "./local-require.js";
import type { RunRequest } from "./messages.js";
import { inOwnTurn } from "./own-turn.js";
import { cellSource } from "./positions.js";
import { createObject, isPromise, onSettled } from "./primordials.js";
import { reportError, reportSyntaxError } from "./report.js";
import { Results } from "./results.js";
import { Runs, type Run } from "./runs.js";
import { StackMapper } from "./stack.js";
import { undisturbed } from "./undisturbed.js";

/** A cell and its run. */
interface Execution {
  readonly run: Run;
  readonly request: RunRequest;
  readonly file: string;
}

/** Runs cells, one of each shell at a time, in the main context of this process, and says how each ended. */
export class Executor {
  readonly stacks: StackMapper;
  readonly requires: LocalRequire;
  readonly runs = new Runs();
  readonly boxes = new Boxes();
  readonly #folder: string;
  readonly #modules = new LocalModules();
  readonly #interruptions: Interruptions;
  readonly #results = new Results();
  /** Cells that have not begun. */
  readonly #waiting = createObject(null) as Record<number, Execution>;
  readonly #labels = createObject(null) as Record<number, string>;
  /** Cells' promises that reject, unhandled, when the cell throws while the debugger looks out for that. */
  readonly #unhandled = new WeakMap<Promise<unknown>, (error: unknown) => void>();
  #leavesUnhandled = false;

  /**
   * @param folder - the notebook's folder, from which imports are resolved.
   * @param isAsked - whether an interrupt has been asked for that the event loop has not come to.
   */
  constructor(folder: string, isAsked: () => boolean) {
    this.#interruptions = new Interruptions({
      currentRun: this.runs.current,
      isAsked,
      interrupt: () => this.interrupt(),
    });
    this.#folder = folder;
    this.#results.install();
    this.requires = new LocalRequire(folder, this.#modules.note);
    this.stacks = new StackMapper((url, position) => this.#modules.locate(url, position));
  }

  /** What the debugger sees of the session. */
  debugAccess(): DebugAccess {
    const leaveUnhandled = (leaves: boolean): void => void (this.#leavesUnhandled = leaves);
    return createDebugAccess({
      boxes: this.boxes,
      modules: this.#modules,
      stacks: this.stacks,
      meta: cellMeta(join(this.#folder, "cell.ts")),
      leaveUnhandled,
    });
  }

  /**
   * Starts a cell once the event loop comes round: what starts it can then be terminated without loss. An interrupt that
   * comes as the last cell ends can still end the start of this one; the front then sends it again.
   */
  start(request: RunRequest): void {
    const { id, label } = request;
    if (this.#labels[id] === undefined) {
      const file = join(this.#folder, `cell-${id}.ts`);
      this.#labels[id] = label;
      this.#waiting[id] = { run: this.runs.addCell(id), request, file };
      this.stacks.add(file, cellSource(label, request.source, request.program));
    }
    inOwnTurn(() => this.#enter(id));
  }

  /** Ends all cells and handlers that run as interrupted; what they await may come, but nothing goes on with it. */
  interrupt(): void {
    for (const run of this.runs.endAll(reportInterrupt())) this.#interruptions.add(run.id);
  }

  /** Ends the cell of a deleted subshell, in the same way. */
  abandon(id: number): void {
    const run = this.runs.get(id);
    if (!run) return;
    this.#interruptions.add(id);
    this.runs.end(run, { error: reportDeletion() });
  }

  /** Notes output that a run must wait for. */
  readonly pending = (id: number, output: Promise<void>): void => {
    const cell = this.runs.get(id)?.cell ?? id;
    this.runs.wait(id, output);
    onSettled(
      output,
      () => undefined,
      (error) => this.stray(error, cell),
    );
  };

  /** Takes a rejection that nothing has handled: a cell's own ends the cell. */
  readonly rejected = (reason: unknown, promise: Promise<unknown>): void => {
    const fail = this.#unhandled.get(promise);
    if (fail) fail(reason);
    else this.stray(reason);
  };

  /** Prints what went wrong outside any cell's own course, under the cell that answers for it. */
  readonly stray = (error: unknown, cell = this.runs.currentCell()): void => {
    if (isInterruption(error)) return;
    const { traceback } = reportError(error, this.stacks);
    const [first = "", ...rest] = traceback;
    send(["o", cell, "stderr", [`Uncaught in ${this.#labels[cell] ?? "a cell"}: ${first}`, ...rest, ""].join("\n")]);
  };

  /** Prints what a value's own display threw. */
  readonly displayFailed = (id: number, error: unknown): void => {
    const { traceback } = reportError(error, this.stacks);
    send(["o", id, "stderr", ["The value's own display failed:", ...traceback, ""].join("\n")]);
  };

  #enter(id: number): void {
    const execution = this.#waiting[id];
    if (!execution) return;
    const { run, request, file } = execution;
    if (!run.done) send({ t: "started", id });
    delete this.#waiting[id];
    if (run.done) return;
    const { program } = request;
    if (program.needsLoader) this.#modules.install(program.aliases);
    let begin: (runtime: CellRuntime) => Promise<void>;
    try {
      const script = new vm.Script(program.js, {
        filename: file,
        importModuleDynamically: vm.constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
      });
      begin = script.runInThisContext() as typeof begin;
    } catch (error) {
      const isSyntax = error instanceof SyntaxError;
      this.runs.end(run, {
        error: isSyntax ? reportSyntaxError(error, file, this.stacks) : reportError(error, this.stacks),
      });
      return;
    }
    const runtime: CellRuntime = {
      result: undefined,
      meta: cellMeta(file),
      box: (name) => this.boxes.get(name),
      bind: (...values) => this.boxes.bind(...values),
      imported: async (loading) => {
        this.requires.refresh();
        try {
          return await imported(loading, this.stacks);
        } finally {
          this.requires.note();
        }
      },
      resumed: this.#interruptions.resumed,
      caught: (error) => {
        if (isInterruption(error)) throw error;
        this.stacks.reword(error);
      },
    };
    const fail = (error: unknown): void =>
      undisturbed(() => this.runs.end(run, { error: reportError(error, this.stacks) }));
    this.runs.within(run, () => {
      const done = (): void => undisturbed(() => this.#conclude(execution, runtime.result, fail));
      this.#settle(begin(runtime), done, fail);
    });
  }

  #conclude(execution: Execution, result: unknown, fail: (error: unknown) => void): void {
    const show = (value: unknown): void => {
      try {
        this.#show(execution, value, fail);
      } catch (error) {
        fail(error);
      }
    };
    if (isPromise(result)) this.#settle(result, show, fail);
    else show(result);
  }

  /** The engine takes an error for caught where a promise has a handler for it, so for the debugger's sake it gets none. */
  #settle<T>(promise: Promise<T>, done: (value: T) => void, fail: (error: unknown) => void): void {
    if (this.#leavesUnhandled) this.#unhandled.set(onSettled(promise, done), fail);
    else void onSettled(promise, done, fail);
  }

  #show(execution: Execution, value: unknown, fail: (error: unknown) => void): void {
    const { run, request } = execution;
    if (run.pending !== undefined) {
      this.runs.settled(run, () => this.#conclude(execution, value, fail));
      return;
    }
    if (value === undefined) {
      this.runs.end(run);
      return;
    }
    const end = (shown: MimeBundle): void => {
      if (request.show) this.#endShowing(execution, value, shown);
      else this.runs.end(run, { bundle: shown });
    };
    const shown = bundle(value, (error) => this.displayFailed(run.id, error));
    if (isPromise(shown)) onSettled(shown as Promise<MimeBundle>, end, fail);
    else end(shown as MimeBundle);
  }

  #endShowing({ run, request }: Execution, value: unknown, { data, metadata }: MimeBundle): void {
    if (run.done || isEmpty(data)) {
      this.runs.end(run);
      return;
    }
    this.#results.keep(value, request.count);
    const endBy = (shown: MimeBundle): void =>
      this.runs.end(run, {}, { t: "show", id: run.id, as: "result", ...shown });
    try {
      endBy({ data, metadata });
    } catch (error) {
      // Not to be written as JSON: a specification may hold a bigint.
      this.displayFailed(run.id, error);
      endBy({ data: { "text/plain": textOf(value) }, metadata: {} });
    }
  }
}

function isEmpty(data: object): boolean {
  for (const _ in data) return false;
  return true;
}
