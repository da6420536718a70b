import { PIXEL } from "./notebooks.js";

const VEGA_LITE = "https://vega.github.io/schema/vega-lite/v6.json";
const VEGA = "https://vega.github.io/schema/vega/v6.json";

export const BARS = {
  $schema: VEGA_LITE,
  data: { values: [..."abcd"].map((gene, i) => ({ gene, count: i + 1 })) },
  mark: "bar",
  encoding: { x: { field: "gene", type: "nominal" }, y: { field: "count", type: "quantitative" } },
};

/** Its brush listens to the window, so that a drag can leave the chart. */
export const BRUSHED = {
  $schema: VEGA_LITE,
  params: [{ name: "brush", select: "interval" }],
  data: { values: Array.from({ length: 20 }, (_, i) => ({ x: i, y: (i * 7) % 11 })) },
  mark: "point",
  encoding: {
    x: { field: "x", type: "quantitative" },
    y: { field: "y", type: "quantitative" },
    color: { condition: { param: "brush", value: "#0072b2" }, value: "#999999" },
  },
};

export const WIDE = { ...BARS, width: "container" };

/** A ground of its own: it looks the same on a dark page. */
export const CARD = { ...BARS, config: { background: "#ffffff" } };

export const VEGA_TEXT = {
  $schema: VEGA,
  width: 120,
  height: 20,
  marks: [{ type: "text", encode: { update: { text: { value: "drawn by Vega" }, y: { value: 15 } } } }],
};

/** With colours that run into each other, a picture, and a text that few fonts have. */
export const PICTURED = {
  $schema: VEGA_LITE,
  title: "細胞",
  data: { values: [1, 2, 3, 4].map((count) => ({ gene: `gene −${count}`, count })) },
  layer: [
    {
      mark: { type: "bar", opacity: 0.8 },
      encoding: { color: { field: "count", type: "quantitative", title: "Genes (count)" } },
    },
    {
      transform: [{ filter: "datum.count === 4" }],
      mark: { type: "image", width: 12, height: 12, url: `data:image/png;base64,${PIXEL}` },
    },
  ],
  encoding: {
    x: { field: "gene", type: "nominal", title: "Gene (µ ≤ β)" },
    y: { field: "count", type: "quantitative" },
  },
};

export const WITHOUT_MARK = { $schema: VEGA_LITE, layer: [{ mark: "bar" }, { encoding: {} }] };

export const HUGE = { ...VEGA_TEXT, width: 1_000_000 };

/** Hours of work in one data set. */
export const ENDLESS = {
  ...VEGA_TEXT,
  data: [
    {
      name: "rows",
      transform: [
        { type: "sequence", start: 0, stop: 1_000_000 },
        { type: "formula", as: "n", expr: "length(sequence(1000000))" },
      ],
    },
  ],
};

const ONE_ROW = [{ name: "rows", values: [{ m: 0 }] }];

/** Each change of the data changes the data. */
export const CIRCULAR = {
  ...VEGA_TEXT,
  data: ONE_ROW,
  signals: [{ name: "n", update: "data('rows')[0].m + 1" }],
  marks: [{ type: "text", encode: { update: { text: { signal: "modify('rows', {m: n}, true)" } } } }],
};

/** Each row of the data adds a row to the data. */
export const EXPLODING = {
  ...VEGA_TEXT,
  data: ONE_ROW,
  signals: [{ name: "n", update: "length(data('rows'))" }],
  marks: [{ type: "text", from: { data: "rows" }, encode: { update: { text: { signal: "modify('rows', {m: n})" } } } }],
};
