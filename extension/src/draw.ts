import type { View } from "vega";
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
import { selectedRows, type Selected } from "./selected-rows.js";
import { DARK_VEGA, DARK_VEGA_LITE, hasOwnGround, LIGHT, PRINT } from "./themes.js";
import { restore, stateOf, type ViewState } from "./view-state.js";

/** What to draw, and how. */
export interface DrawRequest {
  readonly mimeType: string;
  readonly spec: object;
  readonly options: SafeEmbedOptions;
  readonly dark: boolean;
  /** What the reader had selected in an earlier drawing of the same spec. */
  readonly state?: ViewState | undefined;
  /** Told what goes wrong once the chart stands. */
  readonly onError: (message: string) => void;
}

/** A chart that stands. */
export interface Drawing {
  /** Whether its colours depend on the page's, so that it must be drawn again when those change. */
  readonly followsPage: boolean;
  /** Takes the width of its container, if the spec says so. */
  fit(width: number): Promise<void>;
  /** The chart on white as base64 of a PNG file. */
  png(): Promise<string>;
  /** The rows of its data that the reader has brushed or clicked. */
  selected(): Selected;
  /** What another drawing of the same spec is given to go on from here. */
  state(): ViewState;
  finalize(): void;
}

/** Pixels of a saved picture for each pixel of the chart, as for a screen of high density. */
const PICTURE_SCALE = 2;

installRenderers();

const hasContainerWidth = (spec: object): boolean => "width" in spec && spec.width === "container";

/**
 * Draws a chart into an element.
 * @throws {Error} that says what is wrong with the spec
 */
export const draw = async (element: HTMLElement, request: DrawRequest): Promise<Drawing> => {
  const { spec, dark, options, onError } = request;
  const followsPage = !hasOwnGround(spec as Record<string, unknown>);
  const onDark = request.mimeType === VEGA_LITE_MIME ? DARK_VEGA_LITE : DARK_VEGA;
  const result = await embedGuarded(element, request, options, dark && followsPage ? onDark : LIGHT, onError);
  if (request.state) restore(result.view, request.state);
  const container = hasContainerWidth(spec) && options.width === undefined;
  element.classList.toggle("drl-container-width", container);
  return {
    followsPage,
    fit: async (width) => {
      if (!container || width <= 0 || width === result.view.width()) return;
      await result.view.width(width).runAsync();
    },
    png: () => pngOf(container ? { ...request, options: { ...options, width: result.view.width() } } : request),
    selected: () =>
      selectedRows(
        result.view,
        (result.vgSpec.data ?? []).map(({ name }) => name),
      ),
    state: () => stateOf(result.view),
    finalize: () => result.finalize(),
  };
};

type Picture = Pick<DrawRequest, "mimeType" | "spec" | "options">;

/** A chart on white as base64 of a PNG file. */
export const pngOf = (picture: Picture): Promise<string> =>
  printed(picture, async (view) => {
    const address = await view.toImageURL("png", PICTURE_SCALE);
    return address.slice(address.indexOf(",") + 1);
  });

/** A chart on white as an SVG file. */
export const svgOf = (picture: Picture): Promise<string> => printed(picture, (view) => view.toSVG());

const printed = async (picture: Picture, take: (view: View) => Promise<string>): Promise<string> => {
  const request = { ...picture, dark: false, onError: () => undefined };
  const options = { ...picture.options, actions: false } as const;
  const print = await embedGuarded(document.createElement("div"), request, options, PRINT);
  try {
    return await take(print.view);
  } finally {
    print.finalize();
  }
};

const embedGuarded = async (
  element: HTMLElement,
  { mimeType, spec, dark }: DrawRequest,
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
    actions: actions ? { export: actions, source: false, compiled: false, editor: false } : false,
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
