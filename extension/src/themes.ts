/** Parts of a configuration that Vega-Lite and Vega share, and marks by the names that either uses. */
type PageConfig = Readonly<Record<string, unknown>>;

const INK = "#e6e6e6";
const LINE = "#8f8f8f";
const GRID = "#3c3c3c";

/** On a light page: Vega's own colours on the page's ground. */
export const LIGHT: PageConfig = { background: "transparent" };

/** On a dark page: light ink, quiet grid, the page's ground. */
const DARK_GUIDES: PageConfig = {
  background: "transparent",
  axis: { labelColor: INK, titleColor: INK, domainColor: LINE, tickColor: LINE, gridColor: GRID },
  header: { labelColor: INK, titleColor: INK },
  legend: { labelColor: INK, titleColor: INK },
  title: { color: INK, subtitleColor: INK },
  style: { "guide-label": { fill: INK }, "guide-title": { fill: INK }, "group-title": { fill: INK } },
};

/** {@link DARK_GUIDES} with marks, for Vega-Lite. */
export const DARK_VEGA_LITE: PageConfig = {
  ...DARK_GUIDES,
  view: { stroke: GRID },
  text: { color: INK },
  rule: { color: INK },
};

/** {@link DARK_GUIDES} with marks, for Vega. */
export const DARK_VEGA: PageConfig = { ...DARK_GUIDES, text: { fill: INK }, rule: { stroke: INK } };

/** For a picture that is saved, and may be seen on any ground. */
export const PRINT: PageConfig = { background: "#ffffff" };

/** Whether a spec brings a ground of its own, for which its colours were chosen; it then looks the same on every page. */
export const hasOwnGround = (spec: Readonly<Record<string, unknown>>): boolean => {
  const { config } = spec;
  const ground =
    spec.background ??
    (typeof config === "object" && config !== null && "background" in config ? config.background : undefined);
  return ground !== undefined && ground !== null && ground !== "transparent";
};
