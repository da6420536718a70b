import type { TopLevelSpec } from "vega-lite";
import { plural } from "./caption.js";
import { checkOptions, figure, type Figure } from "./figure.js";
import { labelRoom, legendColumns, NARROW_LABEL, page, type PageOptions, sideLabels } from "./page.js";
import { INK, OKABE_ITO } from "./theme.js";
import { round } from "./thin.js";

/** A difference of a baseline and another method, with its interval. */
export interface ForestRow {
  /** Panel, such as the data set. */
  panel: string;
  /** The other method. */
  method: string;
  /** Baseline minus method. */
  difference: number;
  low: number;
  high: number;
}

/** Options of {@link forestPlot}. */
export interface ForestPlotOptions extends PageOptions {
  /** Name of the baseline. Default "the baseline". */
  baseline?: string;
  /** What was measured, for axis and caption. Default "score". */
  metric?: string;
  /** Whether smaller values are better. Default false. */
  lowerIsBetter?: boolean;
  /** What a panel is, for the caption. Default "data set". */
  panel?: string;
  /** What the intervals are, for the caption. Default "95% confidence intervals". */
  intervals?: string;
}

const SIDES = ["better", "no difference", "worse"] as const;
const COLORS = [OKABE_ITO.blue, OKABE_ITO.grey, OKABE_ITO.vermilion];

/**
 * Forest plot of paired differences, a panel a data set: point and interval against the line of no difference, coloured by whether the
 * interval tells the baseline better or worse.
 * @throws {RangeError} for no row with a finite difference
 * @example
 * forestPlot([{ panel: "PBMC3k", method: "ridge", difference: 0.04, low: 0.02, high: 0.06 }], { baseline: "DiffRepairer" });
 */
export const forestPlot = (differences: readonly ForestRow[], options: ForestPlotOptions = {}): Figure => {
  const name = "forest-plot";
  checkOptions(name, options, ["baseline", "metric", "lowerIsBetter", "panel", "intervals", "width"]);
  const { baseline = "the baseline", metric = "score", lowerIsBetter = false } = options;
  const sign = lowerIsBetter ? -1 : 1;
  const rows = differences
    .filter(({ difference, low, high }) => [difference, low, high].every(Number.isFinite))
    .map(({ panel, method, difference, low, high }) => {
      const side =
        low * sign > 0 && high * sign > 0 ? "better" : low * sign < 0 && high * sign < 0 ? "worse" : "no difference";
      return { panel, method, difference: round(difference), low: round(low), high: round(high), side };
    });
  if (rows.length === 0) throw new RangeError(`${name}: no finite difference; compare on more cells`);
  const methods = [...new Set(rows.map(({ method }) => method))];
  const panels = [...new Set(rows.map(({ panel }) => panel))];
  const low = Math.min(0, ...rows.map((row) => row.low));
  const high = Math.max(0, ...rows.map((row) => row.high));
  const margin = 0.05 * (high - low);
  const { width: total, isNarrow } = page(name, options.width);
  const columns = isNarrow ? 1 : Math.min(2, panels.length);
  const room = isNarrow ? labelRoom(methods, NARROW_LABEL) + 50 : 280;
  const width = Math.floor((total - room) / columns);
  const y = (k: number) => ({
    field: "method",
    type: "nominal",
    scale: { domain: methods },
    title: k % columns === 0 ? "Compared with" : null,
    axis: {
      // The padding leaves room for labels that turn out wider than measured.
      ...{ ticks: false, domain: false, grid: true, labels: k % columns === 0, titlePadding: 14 },
      ...sideLabels(isNarrow),
    },
  });
  const x = {
    field: "difference",
    type: "quantitative",
    scale: { domain: [round(low - margin), round(high + margin)], nice: false },
    title: `difference in ${metric}`,
    axis: { tickCount: 5, grid: false, labelOverlap: true },
  };
  const color = {
    field: "side",
    type: "nominal",
    title: `${baseline} is`,
    scale: { domain: SIDES, range: COLORS },
    legend: {
      ...{ orient: "bottom", direction: "horizontal" },
      ...(isNarrow && { columns: legendColumns(SIDES, total) }),
    },
  };
  const spec = {
    columns,
    spacing: { row: 20, column: 26 },
    concat: panels.map((panel, k) => ({
      // A line each for what names the panel: set and severity are wider than it together.
      title: { text: panel.split(", ") },
      width,
      height: { step: 20 },
      data: { values: rows.filter((row) => row.panel === panel) },
      layer: [
        { mark: { type: "rule", color: INK, strokeDash: [4, 3] }, encoding: { x: { datum: 0, type: "quantitative" } } },
        {
          mark: { type: "rule", strokeWidth: 2 },
          encoding: { y: y(k), x: { ...x, field: "low" }, x2: { field: "high" }, color },
        },
        { mark: { type: "point", filled: true, size: 28, opacity: 1, tooltip: true }, encoding: { y: y(k), x, color } },
      ],
    })),
  };
  const count = (side: (typeof SIDES)[number]) => rows.filter((row) => row.side === side).length;
  const description =
    `Paired differences of ${metric}, ${baseline} minus each of ${plural(methods.length, "method")}, on ` +
    `${plural(panels.length, options.panel ?? "data set")}; ${lowerIsBetter ? "below" : "above"} 0 ${baseline} is better. Better in ` +
    `${count("better")}, worse in ${count("worse")}, not told apart in ${count("no difference")} of ` +
    `${plural(rows.length, "comparison")}. Lines: ${options.intervals ?? "95% confidence intervals"}.`;
  return figure(name, description, spec as TopLevelSpec);
};
