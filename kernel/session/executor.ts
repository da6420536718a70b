import { AsyncLocalStorage } from "node:async_hooks";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import vm from "node:vm";
import { bundle } from "../display/bundle.js";
import type { ErrorReport, MimeBundle } from "../protocol/messages.js";
import { Boxes } from "./boxes.js";
import { fence, send } from "./channel.js";
import { createDebugAccess, type DebugAccess } from "./debug-access.js";
import { LocalModules } from "./local-modules.js";
import type { RunRequest } from "./messages.js";
import { cellSource } from "./positions.js";
import { createObject, isPromise, laterImmediate, onSettled } from "./primordials.js";
import { reportError, reportInterrupt, reportSyntaxError } from "./report.js";
import { StackMapper } from "./stack.js";

/** What a compiled cell is given. */
interface CellRuntime {
  result: unknown;
  readonly meta: object;
  box(name: string): unknown;
  bind: Boxes["bind"];
}

interface Run {
  readonly id: number;
  readonly request: RunRequest;
  readonly file: string;
  /** Settles once the outputs still being made are out. */
  pending: Promise<void> | undefined;
  entered: boolean;
  /** Rejects, unhandled, when the cell throws while the debugger looks out for that. */
  unhandled: Promise<void> | undefined;
  done: boolean;
}

/** Runs cells one after another, in the main context of this process, and says how each ended. */
export class Executor {
  readonly stacks: StackMapper;
  readonly #folder: string;
  readonly #boxes = new Boxes();
  readonly #modules = new LocalModules();
  readonly #owner = new AsyncLocalStorage<number>();
  readonly #labels = createObject(null) as Record<number, string>;
  #run: Run | undefined;
  #last = 0;
  #leavesUnhandled = false;

  /** @param folder - the notebook's folder, from which imports are resolved. */
  constructor(folder: string) {
    this.#folder = folder;
    this.stacks = new StackMapper((url, position) => this.#modules.locate(url, position));
  }

  /** What the debugger sees of the session. */
  debugAccess(): DebugAccess {
    const meta = { url: pathToFileURL(join(this.#folder, "cell.ts")).href, dirname: this.#folder };
    const leaveUnhandled = (leaves: boolean): void => void (this.#leavesUnhandled = leaves);
    return createDebugAccess({ boxes: this.#boxes, modules: this.#modules, stacks: this.stacks, meta, leaveUnhandled });
  }

  /** The run that output belongs to now: the one that started the asynchronous work, else the running, else the last. */
  readonly currentRun = (): number => this.#owner.getStore() ?? this.#run?.id ?? this.#last;

  /**
   * Starts a cell once the event loop comes round: what starts it can then be terminated without loss. An interrupt that
   * comes as the last cell ends can still end the start of this one; the front then sends it again.
   */
  start(request: RunRequest): void {
    const again = this.#run?.id === request.id ? this.#run : undefined;
    if (again || request.id <= this.#last) {
      if (again) laterImmediate(() => this.#enter(again));
      return;
    }
    const file = join(this.#folder, `cell-${request.id}.ts`);
    const run: Run = {
      id: request.id,
      request,
      file,
      pending: undefined,
      entered: false,
      unhandled: undefined,
      done: false,
    };
    this.#run = run;
    this.#last = run.id;
    this.#labels[run.id] = request.label;
    this.stacks.add(file, cellSource(request.label, request.source, request.program));
    laterImmediate(() => this.#enter(run));
  }

  /** Ends the running cell, if any, as interrupted; what it awaits goes on by itself. */
  interrupt(): void {
    if (this.#run) this.#finish(this.#run, { error: reportInterrupt() });
  }

  /** Notes output that a run must wait for. */
  readonly pending = (id: number, output: Promise<void>): void => {
    const run = this.#run;
    if (run?.id === id) {
      const before = run.pending;
      run.pending = before === undefined ? output : settledAfter(before, output);
    }
    onSettled(
      output,
      () => undefined,
      (error) => this.stray(error, id),
    );
  };

  /** Takes a rejection that nothing has handled: a cell's own ends the cell. */
  readonly rejected = (reason: unknown, promise: Promise<unknown>): void => {
    const run = this.#run;
    if (run && run.unhandled === promise) this.#finish(run, { error: reportError(reason, this.stacks) });
    else this.stray(reason);
  };

  /** Prints what went wrong outside any cell's own course, under the cell it belongs to. */
  readonly stray = (error: unknown, id = this.currentRun()): void => {
    const { traceback } = reportError(error, this.stacks);
    const [first = "", ...rest] = traceback;
    send(["o", id, "stderr", [`Uncaught in ${this.#labels[id] ?? "a cell"}: ${first}`, ...rest, ""].join("\n")]);
  };

  /** Prints what a value's own display threw. */
  readonly displayFailed = (id: number, error: unknown): void => {
    const { traceback } = reportError(error, this.stacks);
    send(["o", id, "stderr", ["The value's own display failed:", ...traceback, ""].join("\n")]);
  };

  #enter(run: Run): void {
    if (run.entered || run.done) return;
    send({ t: "started", id: run.id });
    run.entered = true;
    const { program } = run.request;
    if (program.needsLoader) this.#modules.install();
    let begin: (runtime: CellRuntime) => Promise<void>;
    try {
      const script = new vm.Script(program.js, {
        filename: run.file,
        importModuleDynamically: vm.constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
      });
      begin = script.runInThisContext() as typeof begin;
    } catch (error) {
      const isSyntax = error instanceof SyntaxError;
      this.#finish(run, {
        error: isSyntax ? reportSyntaxError(error, run.file, this.stacks) : reportError(error, this.stacks),
      });
      return;
    }
    const runtime: CellRuntime = {
      result: undefined,
      meta: { url: pathToFileURL(run.file).href, dirname: this.#folder, filename: run.file },
      box: (name) => this.#boxes.get(name),
      bind: (...values) => this.#boxes.bind(...values),
    };
    const fail = (error: unknown): void => this.#finish(run, { error: reportError(error, this.stacks) });
    this.#owner.run(run.id, () => {
      this.#settle(run, begin(runtime), () => this.#conclude(run, runtime.result, fail), fail);
    });
  }

  #conclude(run: Run, result: unknown, fail: (error: unknown) => void): void {
    const show = (value: unknown): void => {
      try {
        this.#show(run, value, fail);
      } catch (error) {
        fail(error);
      }
    };
    if (isPromise(result)) this.#settle(run, result, show, fail);
    else show(result);
  }

  /** The engine takes an error for caught where a promise has a handler for it, so for the debugger's sake it gets none. */
  #settle<T>(run: Run, promise: Promise<T>, done: (value: T) => void, fail: (error: unknown) => void): void {
    if (this.#leavesUnhandled) run.unhandled = onSettled(promise, done);
    else void onSettled(promise, done, fail);
  }

  #show(run: Run, value: unknown, fail: (error: unknown) => void): void {
    const output = run.pending;
    if (output !== undefined) {
      run.pending = undefined;
      const again = (): void => this.#conclude(run, value, fail);
      onSettled(output, again, again);
      return;
    }
    if (value === undefined) {
      this.#finish(run, {});
      return;
    }
    const end = (shown: MimeBundle): void => {
      if (!run.request.show) this.#finish(run, { bundle: shown });
      else {
        this.#result(run, shown);
        this.#finish(run, {});
      }
    };
    const shown = bundle(value, (error) => this.displayFailed(run.id, error));
    if (isPromise(shown)) onSettled(shown as Promise<MimeBundle>, end, fail);
    else end(shown as MimeBundle);
  }

  #result(run: Run, { data, metadata }: MimeBundle): void {
    if (run.done || isEmpty(data)) return;
    try {
      send({ t: "show", id: run.id, as: "result", data, metadata });
    } catch (error) {
      this.displayFailed(run.id, error);
    }
  }

  #finish(run: Run, outcome: { error?: ErrorReport; bundle?: MimeBundle }): void {
    if (run.done) return;
    fence();
    run.done = true;
    if (this.#run === run) this.#run = undefined;
    send({ t: "done", id: run.id, ...outcome });
  }
}

async function settledAfter(first: Promise<void>, second: Promise<void>): Promise<void> {
  try {
    await first;
  } finally {
    await second;
  }
}

function isEmpty(data: object): boolean {
  for (const _ in data) return false;
  return true;
}
