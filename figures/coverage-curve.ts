import type { TopLevelSpec } from "vega-lite";
import { formatShare, plural } from "./caption.js";
import { equalityLine } from "./equality-line.js";
import { checkLengths, checkOptions, figure, type Figure, type Numbers } from "./figure.js";
import { legendBelow, page, type PageOptions } from "./page.js";
import { methodColors } from "./theme.js";
import { round } from "./thin.js";

/** How often the intervals of one method hold the clean value. */
export interface Coverage {
  /** Short name, which chooses the colour. */
  method: string;
  /** Name shown. Default: `method`. */
  label?: string;
  /** Levels of the intervals, 0 to 1. */
  nominal: Numbers;
  /** Share of clean values inside, 0 to 1, one a level. */
  observed: Numbers;
}

/**
 * Calibration of intervals: observed against nominal coverage, the line of equality dashed; below it intervals are too narrow.
 * @throws {RangeError} for no method or levels that do not fit their shares
 * @example
 * coverageCurve([{ method: "diffrepairer", nominal: [0.5, 0.8, 0.9], observed: [0.46, 0.77, 0.88] }]);
 */
export const coverageCurve = (methods: readonly Coverage[], options: PageOptions = {}): Figure => {
  const name = "coverage-curve";
  checkOptions(name, options, ["width"]);
  const rows = methods.flatMap(({ method, label = method, nominal, observed }) => {
    checkLengths(`${name}, ${label}`, { nominal, observed });
    return Array.from(nominal, (level, k) => ({ method: label, nominal: level, observed: observed[k]! }))
      .filter((row) => Number.isFinite(row.nominal) && Number.isFinite(row.observed))
      .map((row) => ({ ...row, nominal: round(100 * row.nominal, 4), observed: round(100 * row.observed, 4) }))
      .sort((a, b) => a.nominal - b.nominal);
  });
  if (rows.length === 0) throw new RangeError(`${name}: no level with an observed share; pass metrics of coverage`);
  const labels = [...new Set(rows.map(({ method }) => method))];
  const worst = labels.map((label) => {
    const own = rows.filter(({ method }) => method === label);
    return own.reduce((most, row) =>
      Math.abs(row.observed - row.nominal) > Math.abs(most.observed - most.nominal) ? row : most,
    );
  });
  const sheet = page(name, options.width);
  const side = Math.min(300, sheet.width - 80);
  const scale = { domain: [0, 100], nice: false };
  const axis = { tickCount: 5, format: "d" };
  return figure(
    name,
    `Share of clean values inside the intervals of ${plural(labels.length, "method")}, by the intervals' level; dashed: intervals ` +
      `that mean what they say. Furthest off: ${worst
        .map(
          ({ method, nominal, observed }) =>
            `${method} ${formatShare(observed / 100)} inside ${formatShare(nominal / 100)} intervals`,
        )
        .join(", ")}.`,
    {
      width: side,
      height: side,
      layer: [
        equalityLine(100),
        {
          data: { values: rows },
          mark: { type: "line", strokeWidth: 2, point: { size: 36 }, tooltip: true },
          encoding: {
            x: { field: "nominal", type: "quantitative", title: "Nominal coverage (%)", scale, axis },
            y: { field: "observed", type: "quantitative", title: "Observed coverage (%)", scale, axis },
            color: {
              field: "method",
              type: "nominal",
              title: "Method",
              scale: { domain: labels, range: methodColors(methods.map(({ method }) => method)) },
              legend: legendBelow(labels, sheet),
            },
          },
        },
      ],
    } as TopLevelSpec,
  );
};
