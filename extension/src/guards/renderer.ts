import {
  CanvasHandler,
  CanvasRenderer,
  renderModule,
  SVGHandler,
  SVGRenderer,
  SVGStringRenderer,
  View,
  type Painted,
  type SceneNode as Scene,
} from "vega";

/** Longest side of a drawing, in pixels: browsers draw no longer canvas, and no screen shows one. */
export const MAX_SIDE = 16_384;

/** Most pixels of a saved picture: 128 MB of memory. */
export const MAX_PIXELS = 32_000_000;

/** Most marks of a drawing: each is an element of the page, and with more of them the page stands still. */
export const MAX_MARKS = 200_000;

/** @throws {Error} when a side is too long */
export const checkSize = (width: number, height: number): void => {
  if (width <= MAX_SIDE && height <= MAX_SIDE) return;
  const size = [width, height].map((side) => Math.round(side).toLocaleString("en")).join(" × ");
  throw new Error(`the chart would be ${size} pixels; at most ${MAX_SIDE.toLocaleString("en")} a side are drawn`);
};

/** The scale of a picture, lowered where it would have more than {@link MAX_PIXELS}. */
export const pictureScale = (width: number, height: number, scale: number): number =>
  Math.min(scale, Math.sqrt(MAX_PIXELS / Math.max(1, width * height)));

/** @throws {Error} when there are too many marks */
export const checkMarks = (scene: Scene): void => {
  let marks = 0;
  const count = ({ items = [] }: Scene): void => {
    marks += items.length;
    if (marks > MAX_MARKS) {
      throw new Error(
        `the chart has more than ${MAX_MARKS.toLocaleString("en")} marks; aggregate its data before it is drawn`,
      );
    }
    for (const item of items) if (item.items) count(item);
  };
  count(scene);
};

const isAddress = (paint: unknown): boolean => typeof paint === "string" && /url|\\|image/i.test(paint);

/** Vega's SVG renderer without paints that are addresses, which a browser would fetch, and without endless drawings. */
class GuardedSvgRenderer extends SVGRenderer {
  override resize(width: number, height: number, origin: [number, number], scaleFactor?: number): this {
    checkSize(width, height);
    return super.resize(width, height, origin, scaleFactor);
  }

  override _render(scene: Scene, markTypes?: readonly string[]): this {
    checkMarks(scene);
    return super._render(scene, markTypes);
  }

  override style(element: SVGElement, item: Painted | null): void {
    if (item && isAddress(item.fill)) item.fill = "transparent";
    if (item && isAddress(item.stroke)) item.stroke = "transparent";
    super.style(element, item);
  }
}

class GuardedCanvasRenderer extends CanvasRenderer {
  override resize(width: number, height: number, origin: [number, number], scaleFactor = 1): this {
    checkSize(width, height);
    return super.resize(width, height, origin, pictureScale(width, height, scaleFactor));
  }
}

/** Vega's view with a cursor by name only: the cursor of a spec may be an address. */
export class GuardedView extends View {
  override initialize(container?: Element | string, bindings?: Element | string): this {
    super.initialize(container, bindings);
    const element = this.container();
    if (element) guardCursor(element.style);
    return this;
  }
}

const guardCursor = (style: CSSStyleDeclaration): void => {
  Object.defineProperty(style, "cursor", {
    configurable: true,
    get: () => style.getPropertyValue("cursor"),
    set: (cursor: unknown) =>
      style.setProperty("cursor", /^[a-z-]+$/.test(String(cursor)) ? String(cursor) : "default"),
  });
};

/** Puts the guarded renderers in the place of Vega's; this copy of Vega is the extension's own. */
export const installRenderers = (): void => {
  renderModule("svg", { renderer: GuardedSvgRenderer, headless: SVGStringRenderer, handler: SVGHandler });
  for (const name of ["canvas", "png"]) {
    renderModule(name, { renderer: GuardedCanvasRenderer, headless: GuardedCanvasRenderer, handler: CanvasHandler });
  }
};
