import type { Config } from "vega-lite";

/** Full text width of a print page, 170 mm, in CSS pixels (96 an inch). */
export const FULL_WIDTH = 642;

/** One column of a print page, 85 mm, in CSS pixels. */
export const COLUMN_WIDTH = 321;

/** Font stack of every figure; the kernel draws it with Inter, a browser falls back to its own sans-serif. */
export const FONT = "Inter, Helvetica, Arial, sans-serif";

/**
 * Okabe and Ito's colour-blind-safe colours, the yellow darkened so that it can be seen on white.
 * @example
 * OKABE_ITO.blue; // "#0072B2"
 */
export const OKABE_ITO = {
  black: "#333333",
  orange: "#E69F00",
  sky: "#56B4E9",
  green: "#009E73",
  mustard: "#8A6D00",
  blue: "#0072B2",
  vermilion: "#D55E00",
  purple: "#CC79A7",
  grey: "#999999",
} as const;

/** Ink of text, axes' titles and of marks that carry no category. */
export const INK = "#222222";

/** Colours for categories that no palette names, in order of use. */
export const CATEGORY_COLORS: readonly string[] = [
  OKABE_ITO.blue,
  OKABE_ITO.orange,
  OKABE_ITO.green,
  OKABE_ITO.vermilion,
  OKABE_ITO.sky,
  OKABE_ITO.purple,
  OKABE_ITO.mustard,
  OKABE_ITO.black,
  OKABE_ITO.grey,
];

/** Colours of expression from none to most: from near the ground to far from it. */
export const EXPRESSION_COLORS = ["#d9d9d9", "#a6cee6", "#4292c6", "#0b559f", "#08306b"] as const;

const METHOD_COLORS: Readonly<Record<string, string>> = {
  original: OKABE_ITO.black,
  clean: OKABE_ITO.black,
  degraded: OKABE_ITO.grey,
  mean: OKABE_ITO.purple,
  ridge: OKABE_ITO.orange,
  fusion: OKABE_ITO.vermilion,
  knn: OKABE_ITO.sky,
  magic: OKABE_ITO.sky,
  dae: OKABE_ITO.green,
  vae: OKABE_ITO.mustard,
  cqn: OKABE_ITO.mustard,
  transformer: OKABE_ITO.sky,
  diffrepairer: OKABE_ITO.blue,
  repaired: OKABE_ITO.blue,
};

const METHOD_WORDS: ReadonlyArray<readonly [RegExp, string]> = [
  [/transformer|attention/, "transformer"],
  [/diffrepairer/, "diffrepairer"],
  [/fusion/, "fusion"],
  [/ridge/, "ridge"],
  [/degraded/, "degraded"],
  [/mean/, "mean"],
  [/neighbou?r|knn/, "knn"],
  [/\bdae\b|denoising autoencoder/, "dae"],
  [/\bvae\b/, "vae"],
];

const CELL_TYPE_WORDS: ReadonlyArray<readonly [RegExp, string]> = [
  [/cd4/, OKABE_ITO.blue],
  [/cd8/, OKABE_ITO.sky],
  [/\bnk\b|natural killer/, OKABE_ITO.green],
  [/^b\b|b cell/, OKABE_ITO.orange],
  [/cd14/, OKABE_ITO.vermilion],
  [/fcgr3a|cd16/, OKABE_ITO.purple],
  [/dendritic|\bdc\b/, OKABE_ITO.mustard],
  [/megakaryocyte|platelet/, OKABE_ITO.black],
];

/**
 * Colours of repair methods, in the order of `methods`: known by name or by a word of the label, else the next free one.
 * @example
 * methodColors(["Ridge", "DiffRepairer"]);
 */
export const methodColors = (methods: readonly string[]): string[] =>
  assignColors(methods, (method) => {
    const name = method.toLowerCase();
    const word = METHOD_WORDS.find(([pattern]) => pattern.test(name));
    return METHOD_COLORS[name] ?? (word && METHOD_COLORS[word[1]]);
  });

/** Colours of methods whose marks bear their names: one for all where there are more methods than colours, which would repeat. */
export const namedMethodColors = (methods: readonly string[]): string[] =>
  methods.length > CATEGORY_COLORS.length ? methods.map(() => OKABE_ITO.blue) : methodColors(methods);

/**
 * Colours of cell types, in the order of `types`: the eight of PBMC by name, else the next free one.
 * @example
 * cellTypeColors(["B", "T"]);
 */
export const cellTypeColors = (types: readonly string[]): string[] =>
  assignColors(types, (type) => CELL_TYPE_WORDS.find(([pattern]) => pattern.test(type.toLowerCase()))?.[1]);

/** Colours of names, in their order: those that are known, once each, else the next free one. */
export const assignColors = (names: readonly string[], known: (name: string) => string | undefined): string[] => {
  const taken = new Set<string>();
  const colors = names.map((name) => {
    const color = known(name);
    if (color === undefined || taken.has(color)) return undefined;
    taken.add(color);
    return color;
  });
  const free = CATEGORY_COLORS.filter((color) => !taken.has(color));
  let next = 0;
  return colors.map((color) => color ?? pick(free.length ? free : CATEGORY_COLORS, next++));
};

const pick = (colors: readonly string[], index: number): string => colors[index % colors.length] ?? INK;

/**
 * The one Vega-Lite configuration of all figures: 8 to 9 point text at print width, light grid, white card.
 * @example
 * const onAnyPage = { ...embedding(data), config: { ...theme, background: "transparent" } };
 */
export const theme: Config = {
  background: "#ffffff",
  padding: 10,
  font: FONT,
  axis: {
    labelFontSize: 11,
    titleFontSize: 12,
    titleFontWeight: 500,
    titlePadding: 8,
    labelColor: INK,
    titleColor: INK,
    gridColor: "#e9e9e9",
    domainColor: "#8a8a8a",
    tickColor: "#8a8a8a",
    tickSize: 4,
    labelOverlap: "greedy",
    labelFlush: false,
    labelLimit: 320,
  },
  legend: {
    labelFontSize: 11,
    titleFontSize: 12,
    titleFontWeight: 500,
    labelColor: INK,
    titleColor: INK,
    labelLimit: 220,
    symbolStrokeWidth: 2,
    orient: "right",
    offset: 14,
  },
  header: {
    labelFontSize: 12,
    labelFontWeight: 500,
    titleFontSize: 12,
    titleFontWeight: 500,
    labelColor: INK,
    titleColor: INK,
    labelLimit: 260,
  },
  title: { fontSize: 12, fontWeight: 600, color: INK, anchor: "start", subtitleFontSize: 11, subtitleColor: INK },
  view: { stroke: null },
  point: { size: 30 },
  concat: { spacing: 24 },
  facet: { spacing: 18 },
};
