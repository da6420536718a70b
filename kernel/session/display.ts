import { randomUUID } from "node:crypto";
import { bundle, given } from "../display/bundle.js";
import type { MimeBundle } from "../protocol/messages.js";
import { send } from "./channel.js";
import { defineProperty } from "./primordials.js";

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
  /** Replaces what is shown, wherever the output stands by now. */
  update(value: unknown): void;
}

/** The global `display`, with a helper for each common representation. */
export interface Display {
  (value: unknown, options?: DisplayOptions): DisplayHandle;
  html(html: string): DisplayHandle;
  markdown(text: string): DisplayHandle;
  latex(text: string): DisplayHandle;
  svg(svg: string): DisplayHandle;
  javascript(code: string): DisplayHandle;
  json(value: unknown): DisplayHandle;
  /** Images as bytes or base64. */
  png(image: Uint8Array | string): DisplayHandle;
  jpeg(image: Uint8Array | string): DisplayHandle;
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

const OPTIONS = ["raw", "update", "display_id"];

/** Makes the global `display`. */
export function createDisplay(host: DisplayHost): Display {
  const show = (value: unknown, options: DisplayOptions): DisplayHandle => {
    for (const key of Object.keys(options)) {
      if (!OPTIONS.includes(key)) throw new TypeError(`display has no option "${key}"; it has ${OPTIONS.join(", ")}`);
    }
    const { raw = false, update = false, display_id: displayId = randomUUID() } = options;
    if (update && options.display_id === undefined)
      throw new TypeError("display: update needs the display_id of an output");
    const run = host.currentRun();
    const emit = ({ data, metadata }: MimeBundle): void =>
      send({ t: "show", id: run, as: update ? "update" : "display", data, metadata, displayId });
    const shown = raw ? given(value, value) : bundle(value, (error) => host.failed(run, error));
    if (shown instanceof Promise) host.pending(run, shown.then(emit));
    else emit(shown);
    return { display_id: displayId, update: (next) => void show(next, { display_id: displayId, update: true }) };
  };
  const as = (type: string) => (content: unknown) => show({ [type]: content }, { raw: true });
  return Object.assign((value: unknown, options: DisplayOptions = {}) => show(value, options), {
    html: as("text/html"),
    markdown: as("text/markdown"),
    latex: as("text/latex"),
    svg: as("image/svg+xml"),
    javascript: as("application/javascript"),
    json: as("application/json"),
    png: as("image/png"),
    jpeg: as("image/jpeg"),
    clear: ({ wait = false } = {}) => send({ t: "clear", id: host.currentRun(), wait }),
  });
}

/** Puts `display` among the globals. */
export function installDisplay(host: DisplayHost): void {
  const value = createDisplay(host);
  defineProperty(globalThis, "display", { value, writable: true, enumerable: false, configurable: true });
}
