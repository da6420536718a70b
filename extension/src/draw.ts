import type { SafeEmbedOptions } from "./embed-options.js";
import { embedGuarded } from "./embed.js";
import { fillMenu, menuOf } from "./menu.js";
import { VEGA_LITE_MIME } from "./mime.js";
import { pngOf, type Picture } from "./print.js";
import { selectedRows, type Selected } from "./selected-rows.js";
import { DARK_VEGA, DARK_VEGA_LITE, hasOwnGround, LIGHT } from "./themes.js";
import { restore, stateOf, type ViewState } from "./view-state.js";

export { pdfOf, pngOf, svgOf } from "./print.js";

/** What to draw, and how. */
export interface DrawRequest {
  readonly mimeType: string;
  readonly spec: object;
  readonly options: SafeEmbedOptions;
  readonly dark: boolean;
  /** What the reader had selected in an earlier drawing of the same spec. */
  readonly state?: ViewState | undefined;
  /** Told what is to be said of what goes wrong once the chart stands. */
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

const hasContainerWidth = (spec: object): boolean => "width" in spec && spec.width === "container";

/**
 * Draws a chart into an element.
 * @throws {Error} that says what is wrong with the spec
 */
export const draw = async (element: HTMLElement, request: DrawRequest): Promise<Drawing> => {
  const { spec, dark, options, onError } = request;
  const followsPage = !hasOwnGround(spec as Record<string, unknown>);
  const onDark = request.mimeType === VEGA_LITE_MIME ? DARK_VEGA_LITE : DARK_VEGA;
  const result = await embedGuarded(element, request, options, dark && followsPage ? onDark : LIGHT, (message) =>
    onError(`A part of this chart was stopped: ${message}`),
  );
  if (request.state) restore(result.view, request.state);
  const container = hasContainerWidth(spec) && options.width === undefined;
  element.classList.toggle("drl-container-width", container);
  const picture = (): Picture => ({
    ...request,
    options: container ? { ...options, width: result.view.width() } : options,
    state: stateOf(result.view),
  });
  if (options.actions) fillMenu(element, menuOf(options.actions, picture), onError);
  return {
    followsPage,
    fit: async (width) => {
      if (!container || width <= 0 || width === result.view.width()) return;
      await result.view.width(width).runAsync();
    },
    png: () => pngOf(picture()),
    selected: () =>
      selectedRows(
        result.view,
        (result.vgSpec.data ?? []).map(({ name }) => name),
      ),
    state: () => stateOf(result.view),
    finalize: () => result.finalize(),
  };
};
