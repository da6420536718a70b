import type { TopLevelSpec } from "vega-lite";
import { figure, type Figure } from "./figure.js";

/** Name, schema and configuration that a part of a figure leaves to the whole. */
const OF_THE_WHOLE = ["$schema", "name", "description", "config"];

/**
 * One figure of several, one below the other, each under its letter and heading; the captions follow each other by letter.
 * @throws {RangeError} for no parts, or more rows in all than a figure carries
 * @example
 * compose("overview", "PBMC3k", [{ heading: "Cells", figure: embedding(cells) }, { heading: "Measures", figure: metricBars(methods) }]);
 */
export const compose = (
  name: string,
  caption: string,
  parts: readonly { heading: string; figure: Figure }[],
): Figure => {
  if (parts.length === 0) throw new RangeError(`${name}: no part; pass the data of at least one`);
  const letters = parts.map((_, k) => String.fromCharCode(97 + k));
  const spec = {
    vconcat: parts.map(({ heading, figure: part }, k) => ({
      // A part's own title stays: its heading goes around it.
      title: { text: `${letters[k]}  ${heading}`, fontSize: 13, offset: 12, anchor: "start", frame: "bounds" },
      vconcat: [Object.fromEntries(Object.entries(part).filter(([key]) => !OF_THE_WHOLE.includes(key)))],
    })),
    spacing: 34,
    resolve: { scale: { color: "independent", size: "independent", shape: "independent", strokeDash: "independent" } },
  };
  const captions = parts.map(({ figure: { description } }, k) => `(${letters[k]}) ${description}`);
  return figure(name, [caption, ...captions].join(" "), spec as unknown as TopLevelSpec);
};
