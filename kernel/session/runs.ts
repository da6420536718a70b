import { AsyncLocalStorage } from "node:async_hooks";
import type { ErrorReport, MimeBundle } from "../protocol/messages.js";
import { fence } from "./channel.js";
import type { ShowEvent } from "./messages.js";
import { createObject, inspect, onSettled } from "./primordials.js";
import { settleBars } from "./progress.js";

/** Something that runs and that outputs belong to: a cell, or the handling of a comm message. */
export class Run {
  /** Settles once the outputs still being made are out. */
  pending: Promise<void> | undefined;
  done = false;

  /** @param cell - the cell that answers for it: itself, or the one that gave the handler. */
  constructor(
    readonly id: number,
    public cell: number,
  ) {}

  /** Node 20 shows this with every promise that is made within the run; it is taken off there. */
  [inspect.custom](): number {
    return this.id;
  }
}

/** What runs at the moment: one cell of each shell, and any number of handlers. */
export class Runs {
  readonly #owner = new AsyncLocalStorage<Run>();
  readonly #running = createObject(null) as Record<number, Run>;
  #lastCell = 0;
  /** Told of every run that has ended. */
  onEnded: ((run: Run) => void) | undefined;

  /** The run that output belongs to now: the one that started the asynchronous work, else the newest, else the last cell. */
  readonly current = (): number => (this.#owner.getStore() ?? this.#newest())?.id ?? this.#lastCell;

  /** The cell that answers for what happens now. */
  readonly currentCell = (): number => (this.#owner.getStore() ?? this.#newest())?.cell ?? this.#lastCell;

  /** Notes that a cell runs. */
  addCell(id: number): Run {
    this.#lastCell = id;
    return this.#add(new Run(id, id));
  }

  /** Notes that a comm message is handled; `cell` is corrected once the handler is known. */
  addHandling(id: number): Run {
    return this.#add(new Run(id, this.#lastCell));
  }

  /** A run that has not ended. */
  get(id: number): Run | undefined {
    return this.#running[id];
  }

  /** Runs code whose outputs, also those of later work that it starts, belong to a run. */
  within(run: Run, work: () => void): void {
    this.#owner.run(run, work);
  }

  /** Notes output that a run must wait for. */
  wait(id: number, output: Promise<void>): void {
    const run = this.#running[id];
    if (run) run.pending = run.pending === undefined ? output : settledAfter(run.pending, output);
  }

  /** Goes on once the outputs that a run has waited for are out. */
  settled(run: Run, next: () => void): void {
    const output = run.pending;
    if (output === undefined) {
      next();
      return;
    }
    run.pending = undefined;
    const again = (): void => this.settled(run, next);
    onSettled(output, again, again);
  }

  /**
   * Ends a run, unless it has ended, and says how.
   *
   * @param last - what it shows last.
   * @throws TypeError where that cannot be written as JSON; the run has not ended then.
   */
  end(run: Run, outcome: { error?: ErrorReport; bundle?: MimeBundle } = {}, ...last: ShowEvent[]): void {
    if (run.done) return;
    settleBars(run.id, outcome.error !== undefined);
    fence(...last, { t: "done", id: run.id, ...outcome });
    run.done = true;
    delete this.#running[run.id];
    this.onEnded?.(run);
  }

  /** Ends everything that runs, and tells what that was. */
  endAll(error: ErrorReport): Run[] {
    const ended: Run[] = [];
    for (const id in this.#running) {
      const run = this.#running[id] as Run;
      this.end(run, { error });
      ended[ended.length] = run;
    }
    return ended;
  }

  #add(run: Run): Run {
    this.#running[run.id] = run;
    return run;
  }

  #newest(): Run | undefined {
    let newest: Run | undefined;
    for (const id in this.#running) newest = this.#running[id];
    return newest;
  }
}

async function settledAfter(first: Promise<void>, second: Promise<void>): Promise<void> {
  try {
    await first;
  } finally {
    await second;
  }
}
