import { JUPYTER_DISPLAY } from "../display/bundle.js";
import { progressBar } from "../display/progress-bar.js";
import { textOf } from "../display/text.js";
import { checkOptions } from "./options.js";
import { cancel, later, now } from "./primordials.js";
import { createReporter, type ReporterMaker } from "./progress-reports.js";

/** A progress bar, updated in place some ten times a second at most; its last state is always shown. */
export interface Progress {
  /** Steps done; the bar is complete once it reaches `total`. */
  value: number;
  /** Steps there are; undefined where nobody knows. */
  total: number | undefined;
  /** What stands before the bar. */
  label: string;
  /** Adds to `value`. Default 1. */
  advance(steps?: number): void;
  /** Completes the bar. */
  done(): void;
}

/** Options of `display.progress`. */
export interface ProgressOptions {
  /** What stands before the bar. Default nothing. */
  readonly label?: string;
  /** Number of items, where they do not tell. */
  readonly total?: number;
}

/** Shows a progress bar: of so many steps, or of an iteration over items. */
export interface ProgressMaker {
  /** Makes a function that shows what long work reports, such as a training or a download. */
  readonly reporter: ReporterMaker;
  (total: number, options?: ProgressOptions): Progress;
  <T>(items: Iterable<T>, options?: ProgressOptions): Progress & Iterable<T>;
  <T>(items: AsyncIterable<T>, options?: ProgressOptions): Progress & AsyncIterable<T>;
}

/** Shows representations, and returns the means to replace them. */
type Show = (data: Record<string, unknown>) => { update(data: unknown, options: { raw: boolean }): void };

const INTERVAL_MS = 100;

/** Bars that are not complete, so that the end of their cell can show where they stand. */
let open: Bar[] = [];

/** Makes `display.progress`. */
export function createProgress(currentRun: () => number, show: Show): ProgressMaker {
  const start = (of: unknown, options: ProgressOptions = {}): Progress => {
    checkOptions("display.progress", options, ["label", "total"]);
    if (typeof of === "number") {
      if (!(of >= 0 && of < Infinity)) throw new TypeError(`display.progress: ${of} is no number of steps`);
      return new Bar(currentRun(), show, { label: "", ...options, total: of });
    }
    const isObject = typeof of === "object" && of !== null;
    const settings = { label: "", total: isObject ? sizeOf(of) : undefined, ...options };
    if (isObject && Symbol.asyncIterator in of) {
      return new AsyncIterableBar(of as AsyncIterable<unknown>, currentRun(), show, settings);
    }
    if (isObject && Symbol.iterator in of) {
      return new IterableBar(of as Iterable<unknown>, currentRun(), show, settings);
    }
    throw new TypeError(`display.progress takes a number of steps, or items to iterate over; got ${textOf(of)}`);
  };
  const reporter = createReporter((total, label) => new Bar(currentRun(), show, { label, total, endsWithCell: true }));
  return Object.assign(start as Omit<ProgressMaker, "reporter">, { reporter }) as ProgressMaker;
}

/** Shows where the bars of a cell stand as it ends; what failed leaves them stopped. */
export function settleBars(run: number, failed: boolean): void {
  try {
    for (const bar of open) if (bar.run === run) bar.settle(failed);
    open = open.filter((bar) => bar.run !== run);
  } catch {
    // A cell has patched what bars are made with; its end does not hang on them.
  }
}

interface Settings {
  readonly label: string;
  readonly total: number | undefined;
  /** Whether the work is over when its cell is, though fewer steps were done. Default false. */
  readonly endsWithCell?: boolean;
}

class Bar implements Progress {
  readonly #began = now();
  readonly #handle: ReturnType<Show>;
  readonly #endsWithCell: boolean;
  #value = 0;
  #total: number | undefined;
  #label: string;
  #phase: "running" | "done" | "stopped" = "running";
  #drawn = now();
  #timer: NodeJS.Timeout | undefined;

  constructor(
    readonly run: number,
    show: Show,
    { label, total, endsWithCell = false }: Settings,
  ) {
    this.#endsWithCell = endsWithCell;
    this.#label = label;
    this.#total = total;
    if (total === 0) this.#phase = "done";
    else open.push(this);
    this.#handle = show(this.#state());
  }

  get value(): number {
    return this.#value;
  }

  set value(value: number) {
    const before = this.#phase;
    this.#value = value;
    this.#phase = this.#total !== undefined && value >= this.#total ? "done" : "running";
    if (this.#phase === "done" && before !== "done") this.#draw();
    else this.#change();
  }

  get total(): number | undefined {
    return this.#total;
  }

  set total(total: number | undefined) {
    this.#total = total;
    this.value = this.#value;
  }

  get label(): string {
    return this.#label;
  }

  set label(label: string) {
    this.#label = label;
    this.#change();
  }

  advance(steps = 1): void {
    this.value = this.#value + steps;
  }

  done(): void {
    this.#total ??= this.#value;
    this.value = this.#total;
  }

  /** Shows the last state at once; `stopped` says that it will stay so. */
  settle(stopped: boolean): void {
    if (this.#endsWithCell && !stopped && this.#phase === "running") this.total = this.#value;
    const isNews = stopped && this.#phase === "running";
    if (isNews) this.#phase = "stopped";
    if (isNews || this.#timer) this.#draw();
  }

  /** As a cell's last value a bar shows nothing more. */
  [JUPYTER_DISPLAY](): object {
    return {};
  }

  #change(): void {
    const rest = this.#drawn + INTERVAL_MS - now();
    if (rest <= 0) this.#draw();
    else this.#timer ??= later(() => this.#draw(), rest).unref();
  }

  #draw(): void {
    cancel(this.#timer);
    this.#timer = undefined;
    this.#drawn = now();
    if (this.#phase === "done") open = open.filter((bar) => bar !== this);
    this.#handle.update(this.#state(), { raw: true });
  }

  #state(): Record<string, unknown> {
    return progressBar({
      label: this.#label,
      value: this.#value,
      total: this.#total,
      elapsedMs: now() - this.#began,
      phase: this.#phase,
    });
  }
}

class IterableBar<T> extends Bar implements Iterable<T> {
  readonly #items: Iterable<T>;

  constructor(items: Iterable<T>, ...rest: ConstructorParameters<typeof Bar>) {
    super(...rest);
    this.#items = items;
  }

  *[Symbol.iterator](): Generator<T> {
    let isWhole = false;
    try {
      for (const item of this.#items) {
        yield item;
        this.advance();
      }
      isWhole = true;
    } finally {
      if (isWhole) this.done();
      else this.settle(true);
    }
  }
}

class AsyncIterableBar<T> extends Bar implements AsyncIterable<T> {
  readonly #items: AsyncIterable<T>;

  constructor(items: AsyncIterable<T>, ...rest: ConstructorParameters<typeof Bar>) {
    super(...rest);
    this.#items = items;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<T> {
    let isWhole = false;
    try {
      for await (const item of this.#items) {
        yield item;
        this.advance();
      }
      isWhole = true;
    } finally {
      if (isWhole) this.done();
      else this.settle(true);
    }
  }
}

/** How many items there are, where they tell. */
function sizeOf(items: object): number | undefined {
  const size = "length" in items ? items.length : "size" in items ? items.size : undefined;
  return typeof size === "number" ? size : undefined;
}
