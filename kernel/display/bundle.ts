import { inspect } from "node:util";
import type { MimeBundle } from "../protocol/messages.js";
import { dataFrameBundle, isDataFrame } from "./data-frame.js";
import { isVegaSpec, vegaBundle } from "./vega-spec.js";

/** The method by which a value says how it is displayed: returns representations by MIME type, or a promise of them. */
export const JUPYTER_DISPLAY = Symbol.for("Jupyter.display");

// As they were before the first cell, which may patch them.
const { get, apply } = Reflect;
const { entries, keys } = Object;

/** What a value looks like: at once, or once its own asynchronous display has ended. */
export type Bundled = MimeBundle | Promise<MimeBundle>;

/**
 * Finds a value's representations: its own (`Symbol.for("Jupyter.display")`, inherited too), those of a Vega or Vega-Lite
 * specification, a table for a data frame, else what `util.inspect` says.
 *
 * @param onFailure - told what a value's own display threw; the value is then inspected.
 */
export function bundle(value: unknown, onFailure: (error: unknown) => void): Bundled {
  const fall = (error: unknown): MimeBundle => {
    onFailure(error);
    return inspected(value);
  };
  try {
    if ((typeof value === "object" && value !== null) || typeof value === "function") {
      const own: unknown = get(value, JUPYTER_DISPLAY);
      if (typeof own === "function") {
        const shown: unknown = apply(own, value, []);
        return shown instanceof Promise ? shown.then((data) => given(data, value)).catch(fall) : given(shown, value);
      }
      if (isVegaSpec(value)) return vegaBundle(value);
      if (isDataFrame(value)) return dataFrameBundle(value);
    }
    return inspected(value);
  } catch (error) {
    return fall(error);
  }
}

/** Takes representations as a user gives them: by MIME type, or `{data, metadata}`. Bytes become base64, text/plain is added. */
export function given(data: unknown, value: unknown): MimeBundle {
  if (typeof data !== "object" || data === null) {
    throw new TypeError('Symbol.for("Jupyter.display") must return an object of representations by MIME type');
  }
  const nested = data as { data?: unknown; metadata?: unknown };
  const isNested =
    typeof nested.data === "object" && nested.data !== null && !keys(data).some((key) => key.includes("/"));
  const source = (isNested ? nested.data : data) as Record<string, unknown>;
  const metadata = isNested && typeof nested.metadata === "object" ? (nested.metadata as Record<string, unknown>) : {};
  const encoded: Record<string, unknown> = {};
  for (const [type, content] of entries(source))
    encoded[type] = content instanceof Uint8Array ? base64(content) : content;
  if (keys(encoded).length > 0 && encoded["text/plain"] === undefined && value !== data) {
    encoded["text/plain"] = inspectText(value);
  }
  return { data: encoded, metadata };
}

function inspected(value: unknown): MimeBundle {
  return { data: { "text/plain": inspectText(value) }, metadata: {} };
}

function inspectText(value: unknown): string {
  try {
    return inspect(value, { depth: 4, maxArrayLength: 100, maxStringLength: 10_000 });
  } catch {
    return Object.prototype.toString.call(value);
  }
}

const base64 = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("base64");
