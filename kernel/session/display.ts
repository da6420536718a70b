import { randomUUID } from "node:crypto";
import { bundle, JUPYTER_DISPLAY } from "../display/bundle.js";
import { given } from "../display/given.js";
import { recordsBundle, type TableOptions } from "../display/records.js";
import type { MimeBundle } from "../protocol/messages.js";
import { send } from "./channel.js";
import { createHelpers, type DisplayHelpers } from "./display-helpers.js";
import { checkOptions } from "./options.js";
import { createObject, defineProperty, isPromise } from "./primordials.js";
import { createProgress, type ProgressMaker } from "./progress.js";

/** Options of `display`. */
export interface DisplayOptions {
  /** Take the value as representations by MIME type instead of finding them. Default false. */
  readonly raw?: boolean;
  /** Replace the output of `display_id` instead of adding one. Default false. */
  readonly update?: boolean;
  /** Name of the output, by which it can be updated. Default: a new one. */
  readonly display_id?: string;
}

/** A displayed output. */
export interface DisplayHandle {
  readonly display_id: string;
  /** Replaces what is shown, wherever the output stands by now; with `raw`, by representations by MIME type. */
  update(value: unknown, options?: { readonly raw?: boolean }): void;
}

/** The global `display`: shows a value in every representation it has, a promise's once it is there. */
export interface Display extends DisplayHelpers<DisplayHandle> {
  (value: unknown, options?: DisplayOptions): DisplayHandle;
  /** Shows rows, objects or arrays, as a table. */
  table(rows: Iterable<object>, options?: TableOptions): DisplayHandle;
  /** Shows a progress bar: of so many steps, or of an iteration over items. */
  readonly progress: ProgressMaker;
  /** Removes the cell's outputs; with `wait`, only once the next one comes. */
  clear(options?: { readonly wait?: boolean }): void;
}

/** What the display functions need of the session. */
export interface DisplayHost {
  /** The run that outputs belong to at this moment. */
  currentRun(): number;
  /** Told of an output still being made, so that its cell waits for it. */
  pending(run: number, output: Promise<void>): void;
  /** Told what a value's own display threw. */
  failed(run: number, error: unknown): void;
}

/** Makes the global `display`. */
export function createDisplay(host: DisplayHost): Display {
  const ids = new DisplayIds();

  const show = (value: unknown, options: DisplayOptions = {}): DisplayHandle => {
    checkOptions("display", options, ["raw", "update", "display_id"]);
    const { raw = false, update = false, display_id: displayId = ids.next() } = options;
    if (update && options.display_id === undefined)
      throw new TypeError("display: update needs the display_id of an output");
    if (update && !ids.has(displayId))
      throw new TypeError(`display: no output has the display_id "${displayId}"; show one first, without update`);
    ids.add(displayId);
    const run = host.currentRun();
    const emit = ({ data, metadata }: MimeBundle): void => {
      try {
        send({ t: "show", id: run, as: update ? "update" : "display", data, metadata, displayId });
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        throw new TypeError(`display: the output cannot be written as JSON: ${reason}`);
      }
    };
    const shown = raw ? given(value, value) : bundleOf(value, (error) => host.failed(run, error));
    if (isPromise(shown)) host.pending(run, emitLater(shown as Promise<MimeBundle>, emit));
    else emit(shown as MimeBundle);
    return new Shown(displayId, (next, { raw: asRaw = false } = {}) => {
      show(next, { display_id: displayId, update: true, raw: asRaw });
    });
  };

  return Object.assign(show, {
    ...createHelpers((data, metadata) => show({ data, metadata }, { raw: true })),
    table: (rows: Iterable<object>, options: TableOptions = {}) => {
      checkOptions("display.table", options, ["columns"]);
      return show(recordsBundle(rows, options), { raw: true });
    },
    progress: createProgress(host.currentRun, (data) => show(data, { raw: true })),
    clear: (options: { readonly wait?: boolean } = {}) => {
      checkOptions("display.clear", options, ["wait"]);
      send({ t: "clear", id: host.currentRun(), wait: options.wait ?? false });
    },
  });
}

/** The names of outputs: those given by cells are remembered, those made here are told by their number. */
class DisplayIds {
  readonly #prefix = `${randomUUID()}-`;
  readonly #given = createObject(null) as Record<string, true>;
  #made = 0;

  next(): string {
    this.#made += 1;
    return this.#prefix + this.#made;
  }

  add(id: string): void {
    if (!this.#isMade(id)) this.#given[id] = true;
  }

  has(id: string): boolean {
    return this.#isMade(id) || this.#given[id] === true;
  }

  #isMade(id: string): boolean {
    return id.startsWith(this.#prefix) && Number(id.slice(this.#prefix.length)) <= this.#made;
  }
}

/** A handle is nothing to look at: as a cell's last value it shows nothing. */
class Shown implements DisplayHandle {
  constructor(
    readonly display_id: string,
    readonly update: DisplayHandle["update"],
  ) {}

  [JUPYTER_DISPLAY](): object {
    return {};
  }
}

const bundleOf = (value: unknown, onFailure: (error: unknown) => void) =>
  isPromise(value) ? bundleLater(value, onFailure) : bundle(value, onFailure);

const bundleLater = async (value: Promise<unknown>, onFailure: (error: unknown) => void): Promise<MimeBundle> =>
  bundle(await value, onFailure);

const emitLater = async (shown: Promise<MimeBundle>, emit: (bundle: MimeBundle) => void): Promise<void> =>
  emit(await shown);

/** Puts `display` among the globals. */
export function installDisplay(host: DisplayHost): Display {
  const value = createDisplay(host);
  defineProperty(globalThis, "display", { value, writable: true, enumerable: false, configurable: true });
  return value;
}
