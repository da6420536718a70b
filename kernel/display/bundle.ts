import { types } from "node:util";
import type { MimeBundle } from "../protocol/messages.js";
import { given } from "./given.js";
import { previewOf } from "./previews.js";
import { textOf } from "./text.js";

/** The method by which a value says how it is displayed: returns representations by MIME type, or a promise of them. */
export const JUPYTER_DISPLAY = Symbol.for("Jupyter.display");

// As they were before the first cell, which may patch them.
const { get, apply } = Reflect;
const { isProxy } = types;

/** What a value looks like: at once, or once its own asynchronous display has ended. */
export type Bundled = MimeBundle | Promise<MimeBundle>;

/**
 * Finds a value's representations: its own (`Symbol.for("Jupyter.display")`, inherited too), else a preview by its shape
 * (see `previewOf`), else its text.
 *
 * @param onFailure - told what a value's own display threw; the value is then shown as text.
 */
export function bundle(value: unknown, onFailure: (error: unknown) => void): Bundled {
  const asText = (): MimeBundle => ({ data: { "text/plain": textOf(value, onFailure) }, metadata: {} });
  const isObject = (typeof value === "object" && value !== null) || typeof value === "function";
  if (!isObject || isProxy(value)) return asText();
  const fall = (error: unknown): MimeBundle => {
    onFailure(error);
    return asText();
  };
  try {
    const own: unknown = get(value, JUPYTER_DISPLAY);
    if (typeof own !== "function") return previewOf(value) ?? asText();
    const shown: unknown = apply(own, value, []);
    return isThenable(shown) ? settled(shown, value).catch(fall) : given(shown, value);
  } catch (error) {
    return fall(error);
  }
}

const settled = async (shown: PromiseLike<unknown>, value: unknown): Promise<MimeBundle> => given(await shown, value);

const isThenable = (value: unknown): value is PromiseLike<unknown> =>
  typeof value === "object" && value !== null && "then" in value && typeof value.then === "function";
