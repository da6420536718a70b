import embed, { type EmbedOptions, type Result } from "vega-embed";
import type { SafeEmbedOptions } from "./embed-options.js";
import { Budget } from "./guards/budget.js";
import { guardedInterpreter } from "./guards/interpreter.js";
import { guardedLoader } from "./guards/loader.js";
import { GuardedView, installRenderers } from "./guards/renderer.js";
import { copySpec, guardSpec } from "./guards/spec.js";
import { formatTooltip } from "./guards/tooltip.js";
import { errorLog } from "./log.js";
import { VEGA_LITE_MIME } from "./mime.js";
import { vegaLiteProblem, vegaProblem } from "./problem.js";

/** A spec, and whether the page is dark. */
export interface Chart {
  readonly mimeType: string;
  readonly spec: object;
  readonly dark: boolean;
}

installRenderers();

/**
 * Draws a chart into an element, with all guards around it.
 *
 * @param page - configuration for the ground that it stands on
 * @param onError - told what goes wrong once the chart stands
 * @throws {Error} that says what is wrong with the spec
 */
export const embedGuarded = async (
  element: HTMLElement,
  { mimeType, spec, dark }: Chart,
  { actions, theme, config, tooltip, ...options }: SafeEmbedOptions,
  page: object,
  onError: (message: string) => void = () => undefined,
): Promise<Result> => {
  const grammar = mimeType === VEGA_LITE_MIME ? "vega-lite" : "vega";
  const name = grammar === "vega-lite" ? "Vega-Lite" : "Vega";
  const problem = grammar === "vega-lite" ? vegaLiteProblem(spec) : vegaProblem(spec);
  if (problem) throw new Error(`Invalid ${name} spec: ${problem}.`);
  const errors: string[] = [];
  let standing = false;
  const log = errorLog((message) => (standing ? onError(message) : errors.push(message)));
  const copy = copySpec(spec);
  // The MIME type says which grammar it is; a schema that says otherwise would make vega-embed think again.
  delete copy.$schema;
  const embedOptions = {
    ...options,
    mode: grammar,
    theme: theme as EmbedOptions["theme"],
    config: { ...page, ...config },
    actions: actions ? { export: false, source: false, compiled: false, editor: false } : false,
    ast: true,
    expr: guardedInterpreter(new Budget()) as unknown as EmbedOptions["expr"],
    loader: guardedLoader(),
    patch: guardSpec,
    viewClass: GuardedView,
    renderer: "svg",
    tooltip: tooltip ?? { formatTooltip, theme: dark ? "dark" : "light" },
    logger: log,
  } satisfies EmbedOptions;
  try {
    const result = await embed(element, copy as Parameters<typeof embed>[1], embedOptions);
    // Vega reports what an expression throws to the log, and draws what is left.
    if (errors.length > 0) {
      result.finalize();
      throw new Error(errors[0]);
    }
    standing = true;
    return result;
  } catch (error) {
    element.replaceChildren();
    throw new Error(`Invalid ${name} spec: ${error instanceof Error ? error.message : String(error)}`);
  }
};
