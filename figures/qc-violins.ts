import type { TopLevelSpec } from "vega-lite";
import { formatCount, formatNumber, formatShare, leftOut, plural } from "./caption.js";
import { kernelDensity } from "./density.js";
import { checkLengths, checkOptions, figure, finiteValues, type Figure, type Numbers } from "./figure.js";
import { labelRoom, page, type PageOptions } from "./page.js";
import { median } from "./quantile.js";
import { COLUMN_WIDTH, INK, OKABE_ITO } from "./theme.js";
import { evenly, round, vanDerCorput } from "./thin.js";

/** One value a cell, as `pp.calculateQcMetrics` writes them to `obs`. */
export interface QcData {
  /** `n_genes_by_counts`. */
  genesPerCell: Numbers;
  /** `total_counts`. */
  countsPerCell: Numbers;
  /** `pct_counts_mt`, 0 to 100. */
  percentMitochondrial: Numbers;
}

/** Lowest and highest value kept; leave one undefined for no bound. */
export interface Range {
  min?: number;
  max?: number;
}

/** Options of {@link qcViolins}. */
export interface QcViolinsOptions extends PageOptions {
  /** Bounds drawn over genes per cell. Default: none. */
  genesPerCell?: Range;
  /** Bounds drawn over counts per cell. Default: none. */
  countsPerCell?: Range;
  /** Bounds drawn over % mitochondrial. Default: none. */
  percentMitochondrial?: Range;
  /** Cells drawn as dots in each violin, evenly spread over their rank. Default 400. */
  dots?: number;
}

const PANELS = [
  { key: "genesPerCell", title: "Genes detected per cell", color: OKABE_ITO.blue, unit: "" },
  { key: "countsPerCell", title: "Counts per cell (UMIs)", color: OKABE_ITO.green, unit: "" },
  { key: "percentMitochondrial", title: "Mitochondrial counts (%)", color: OKABE_ITO.vermilion, unit: "%" },
] as const;

/**
 * Quality control: a density violin a metric, with cells as dots, the median as a line and bounds dashed.
 * The density is a Gaussian kernel estimate over the range of the data, its width scaled panel by panel.
 * @throws {RangeError} for a metric without a finite value or metrics of unequal length
 * @example
 * const metrics = { genesPerCell: [900, 700, 1100], countsPerCell: [2400, 1700, 3500], percentMitochondrial: [2, 3, 1] };
 * qcViolins(metrics, { genesPerCell: { min: 200, max: 2500 } });
 */
export const qcViolins = (data: QcData, options: QcViolinsOptions = {}): Figure => {
  const name = "qc-violins";
  checkOptions(name, options, ["genesPerCell", "countsPerCell", "percentMitochondrial", "dots", "width"]);
  const { genesPerCell, countsPerCell, percentMitochondrial } = data;
  checkLengths(name, { genesPerCell, countsPerCell, percentMitochondrial });
  const panels = PANELS.map((panel) => {
    const values = finiteValues(name, panel.key, data[panel.key]);
    return { ...panel, values, bounds: options[panel.key] ?? {}, middle: median(values) };
  });
  const cells = genesPerCell.length;
  const kept = keptCells(
    cells,
    panels.map(({ key, bounds }) => [data[key], bounds]),
  );
  const bounded = panels.some(({ bounds }) => bounds.min !== undefined || bounds.max !== undefined);
  const missing = Math.max(...panels.map(({ values }) => cells - values.length));
  const description =
    `Quality of ${plural(cells, "cell")}: median ` +
    panels.map(({ title, middle, unit }) => `${lower(title)} ${formatNumber(middle)}${unit}`).join(", ") +
    "." +
    (bounded ? ` Dashed lines: bounds, which keep ${formatCount(kept)} cells (${formatShare(kept / cells)}).` : "") +
    leftOut(missing, "value", "(not finite)");
  const { width, isNarrow } = page(name, options.width);
  const side = isNarrow
    ? { width: width - labelRoom(panels.map(({ values }) => formatCount(most(values)))) - 52, height: 160 }
    : { width: Math.floor((width - 3 * 78) / 3), height: COLUMN_WIDTH - 70 };
  const violins = panels.map((panel) => violin(panel, side, options.dots ?? 400));
  return figure(name, description, {
    ...(isNarrow ? { vconcat: violins } : { hconcat: violins }),
    resolve: { scale: { x: "independent", y: "independent" } },
  } as TopLevelSpec);
};

const most = (values: Float64Array): number => values.reduce((top, value) => Math.max(top, value));

const lower = (title: string): string => title.charAt(0).toLowerCase() + title.slice(1).replace(/ \(.*\)/, "");

const keptCells = (cells: number, metrics: ReadonlyArray<readonly [Numbers, Range]>): number => {
  let kept = 0;
  for (let i = 0; i < cells; i++) {
    if (
      metrics.every(
        ([values, { min = -Infinity, max = Infinity }]) => (values[i] as number) >= min && (values[i] as number) <= max,
      )
    )
      kept++;
  }
  return kept;
};

interface Panel {
  title: string;
  color: string;
  unit: string;
  values: Float64Array;
  bounds: Range;
  middle: number;
}

const violin = (
  { title, color, unit, values, bounds, middle }: Panel,
  { width, height }: { width: number; height: number },
  dots: number,
) => {
  const { at, density } = kernelDensity(values);
  const highest = most(density);
  const half = (value: number) => {
    const position =
      ((value - (at[0] as number)) / ((at[at.length - 1] as number) - (at[0] as number))) * (at.length - 1);
    return (density[Math.round(position)] as number) / highest;
  };
  const sorted = values.slice().sort();
  const outline = Array.from(at, (value, k) => {
    const side = round((density[k] as number) / highest, 4);
    return { value: round(value), left: -side, right: side };
  });
  const cells = evenly(sorted.length, dots).map((i, k) => {
    const value = sorted[i] as number;
    return { value: round(value), x: round((2 * vanDerCorput(k) - 1) * 0.92 * half(value), 4) };
  });
  const lines = (["min", "max"] as const).flatMap((side) => {
    const value = bounds[side];
    return value === undefined ? [] : [{ value, label: `${side} ${formatCount(value)}${unit}` }];
  });
  const y = { field: "value", type: "quantitative" as const, title, scale: { zero: true, nice: true } };
  const across = { type: "quantitative" as const, scale: { domain: [-1.1, 1.1] }, axis: null };
  const medianHalf = half(middle);
  return {
    width,
    height,
    layer: [
      {
        data: { values: outline },
        mark: { type: "area", orient: "horizontal", color, opacity: 0.35, line: false },
        encoding: { y, x: { ...across, field: "left" }, x2: { field: "right" } },
      },
      {
        data: { values: cells },
        mark: { type: "circle", color, size: 7, opacity: 0.55, tooltip: true },
        encoding: { y, x: { ...across, field: "x" } },
      },
      {
        data: { values: [{ value: round(middle), left: -medianHalf, right: medianHalf }] },
        mark: { type: "rule", color: INK, strokeWidth: 2 },
        encoding: { y, x: { ...across, field: "left" }, x2: { field: "right" } },
      },
      ...(lines.length
        ? [
            {
              data: { values: lines },
              mark: { type: "rule", color: INK, strokeDash: [4, 3] },
              encoding: { y },
            },
            {
              data: { values: lines },
              mark: { type: "text", align: "right", baseline: "bottom", dy: -3, fontSize: 11, color: INK },
              encoding: { y, x: { value: width }, text: { field: "label" } },
            },
          ]
        : []),
    ],
  };
};
