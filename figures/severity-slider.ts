import type { TopLevelSpec } from "vega-lite";
import { formatNumber, plural } from "./caption.js";
import { checkLengths, checkOptions, figure, type Figure, type Numbers } from "./figure.js";
import { labelRoom, page, type PageOptions } from "./page.js";
import { methodColors } from "./theme.js";
import { round } from "./thin.js";

/** One cell, degraded at several severities and repaired from each. */
export interface SeveritySliderData {
  /** The cell's name. */
  cell: string;
  genes: readonly string[];
  /** Values before degradation, one a gene. */
  original: Numbers;
  /** By rising severity, one value a gene each. */
  levels: readonly { severity: number; degraded: Numbers; repaired: Numbers }[];
}

/** Options of {@link severitySlider}. */
export interface SeveritySliderOptions extends PageOptions {
  /** Unit of the values. Default "z-score". */
  unit?: string;
  /** Name of the repair. Default "repaired". */
  repairedLabel?: string;
}

/**
 * One cell under a slider of severity (parameter "level"): each gene's original, degraded and repaired value on a line, for the
 * severity chosen; in print, the middle one. The values are computed before, so the slider needs no kernel.
 * @throws {RangeError} for no genes, no levels, or values that do not fit them
 * @example
 * severitySlider({ cell: "AAAC-1", genes: ["MS4A1"], original: [2], levels: [{ severity: 0.5, degraded: [0.9], repaired: [1.7] }] });
 */
export const severitySlider = (data: SeveritySliderData, options: SeveritySliderOptions = {}): Figure => {
  const name = "severity-slider";
  checkOptions(name, options, ["unit", "repairedLabel", "width"]);
  const { cell, genes, original } = data;
  const { unit = "z-score", repairedLabel = "repaired" } = options;
  const levels = [...data.levels].sort((a, b) => a.severity - b.severity);
  if (genes.length === 0 || levels.length === 0) {
    throw new RangeError(
      `${name}: ${plural(genes.length, "gene")} and ${plural(levels.length, "level")}; give at least one of each`,
    );
  }
  checkLengths(name, { genes, original });
  const states = ["original", "degraded", repairedLabel];
  const rows = levels.flatMap(({ severity, degraded, repaired }, level) => {
    checkLengths(`${name}, severity ${severity}`, { genes, degraded, repaired });
    return genes.flatMap((gene, g) =>
      [original, degraded, repaired].map((values, s) => ({
        level,
        severity,
        gene,
        state: states[s]!,
        value: round(values[g]!, 4),
      })),
    );
  });
  const distances = levels.map(({ severity, degraded, repaired }, level) => ({
    level,
    severity,
    before: distance(original, degraded),
    after: distance(original, repaired),
  }));
  const headings = distances.map(
    ({ severity, before, after }) =>
      `Severity ${formatNumber(severity)}: distance to the original ${formatNumber(before)} → ${formatNumber(after)}`,
  );
  const { width, isNarrow } = page(name, options.width);
  const all = rows.map(({ value }) => value);
  const margin = 0.04 * (Math.max(...all) - Math.min(...all) || 1);
  const y = {
    field: "gene",
    type: "nominal",
    sort: [...genes],
    title: "Gene",
    axis: { grid: true, ticks: false, domain: false },
  };
  const x = {
    field: "value",
    type: "quantitative",
    title: `Expression (${unit})`,
    scale: { domain: [round(Math.min(...all) - margin, 3), round(Math.max(...all) + margin, 3)], nice: false },
    axis: { tickCount: isNarrow ? 4 : 7, format: ".3~g" },
  };
  const state = (range: readonly string[], more: object = {}) => ({
    field: "state",
    type: "nominal",
    title: null,
    scale: { domain: states, range },
    ...more,
  });
  const [mildest, harshest] = [distances[0]!, distances.at(-1)!];
  return figure(
    name,
    `${plural(genes.length, "gene")} of cell ${cell}, degraded at ${plural(levels.length, "level")} of severity and repaired. ` +
      `Root mean square distance to the original before and after repair: ${formatNumber(mildest.before)} → ${formatNumber(mildest.after)} ` +
      `at severity ${formatNumber(mildest.severity)}, ${formatNumber(harshest.before)} → ${formatNumber(harshest.after)} at ` +
      `${formatNumber(harshest.severity)}.`,
    {
      params: [
        {
          name: "level",
          value: Math.floor((levels.length - 1) / 2),
          bind: { input: "range", min: 0, max: levels.length - 1, step: 1, name: "Severity level " },
        },
      ],
      title: { text: { expr: `${JSON.stringify(headings)}[level]` }, offset: 12 },
      data: { values: rows },
      transform: [{ filter: "datum.level == level" }],
      width: Math.min(460, width - labelRoom(genes) - 60),
      height: { step: 24 },
      layer: [
        { mark: { type: "line", color: "#c8c8c8", strokeWidth: 1.5 }, encoding: { y, x, detail: { field: "gene" } } },
        {
          mark: {
            type: "point",
            size: 60,
            filled: true,
            opacity: 1,
            stroke: "#ffffff",
            strokeWidth: 0.6,
            tooltip: { content: "data" },
          },
          encoding: {
            y,
            x,
            color: state(methodColors(["original", "degraded", "repaired"]), {
              legend: { orient: isNarrow ? "bottom" : "top" },
            }),
            shape: state(["circle", "triangle-down", "diamond"]),
          },
        },
      ],
    } as TopLevelSpec,
  );
};

const distance = (truth: Numbers, values: Numbers): number => {
  let squares = 0;
  for (let g = 0; g < truth.length; g++) squares += (values[g]! - truth[g]!) ** 2;
  return Math.sqrt(squares / truth.length);
};
