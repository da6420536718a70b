import type { TopLevelSpec } from "vega-lite";
import { formatNumber, plural } from "./caption.js";
import { checkLengths, checkOptions, figure, type Figure, type Numbers } from "./figure.js";
import { legendPlace, page, type PageOptions } from "./page.js";
import { INK } from "./theme.js";
import { gridCounts, round } from "./thin.js";

/** One panel: pairs of values, a pair a cell, or a cell and gene. */
export interface GeneScatterPanel {
  /** Name over the panel: "degraded", "repaired by ridge", …. */
  label: string;
  /** Values before degradation. */
  clean: Numbers;
  /** Values compared with them. */
  compared: Numbers;
}

/** Options of {@link geneScatter}. */
export interface GeneScatterOptions extends PageOptions {
  /** What is plotted, for the caption: a gene's name, or "all genes". Default "all genes". */
  of?: string;
  /** Unit on both axes. Default "log1p(CP10k)". */
  unit?: string;
  /** Cells of the grid along each axis. Default 40, fewer where the panels would exceed the cap of rows. */
  bins?: number;
}

/**
 * Clean against degraded or repaired values as a density on a grid (colour: number of pairs, logarithmic), all
 * panels on the same axes, with the line of equality and Pearson's r.
 * @throws {RangeError} for no panels or a panel without finite pairs
 * @example
 * geneScatter([{ label: "degraded", clean: [0, 1, 2, 3], compared: [0, 0.4, 1.1, 2] }], { of: "MS4A1" });
 */
export const geneScatter = (panels: readonly GeneScatterPanel[], options: GeneScatterOptions = {}): Figure => {
  const name = "gene-scatter";
  checkOptions(name, options, ["of", "unit", "bins", "width"]);
  if (panels.length === 0) throw new RangeError(`${name}: no panels; give one with clean and compared values`);
  const { of = "all genes", unit = "log1p(CP10k)" } = options;
  const bins = Math.min(options.bins ?? 40, Math.floor(Math.sqrt(4900 / panels.length)));
  const pairs = panels.map(({ label, clean, compared }) => {
    checkLengths(`${name}, ${label}`, { clean, compared });
    const kept = Array.from({ length: clean.length }, (_, i) => i).filter(
      (i) => Number.isFinite(clean[i]) && Number.isFinite(compared[i]),
    );
    if (kept.length === 0) throw new RangeError(`${name}: ${label} has no finite pair (${clean.length} given)`);
    const x = kept.map((i) => clean[i] as number);
    const y = kept.map((i) => compared[i] as number);
    return { label, x, y, r: correlation(x, y) };
  });
  let [low, high] = [Infinity, -Infinity];
  for (const { x, y } of pairs) {
    for (const values of [x, y]) {
      for (const value of values) {
        low = Math.min(low, value);
        high = Math.max(high, value);
      }
    }
  }
  const domain: [number, number] = low === high ? [low - 0.5, high + 0.5] : [low, high];
  const { width, isNarrow } = page(name, options.width);
  const columns = isNarrow ? 1 : panels.length === 4 ? 2 : Math.min(panels.length, 3);
  const size = Math.min(260, Math.floor((width - (isNarrow ? 60 : 150)) / columns) - 20);
  const grids = pairs.map(({ x, y }) =>
    gridCounts(x, y, { x: domain, y: domain }, bins).map((cell) => ({
      x: round(cell.x, 4),
      x2: round(cell.x2, 4),
      y: round(cell.y, 4),
      y2: round(cell.y2, 4),
      count: cell.count,
    })),
  );
  const most = Math.max(...grids.flat().map(({ count }) => count));
  const axis = { tickCount: 5, format: "~g" };
  const description =
    `Clean against compared values of ${of}, ${plural(pairs[0]?.x.length ?? 0, "pair")} a panel; Pearson's r: ` +
    `${pairs.map(({ label, r }) => `${label} ${formatNumber(r)}`).join(", ")}. Line: equality.`;
  return figure(name, description, {
    columns,
    concat: pairs.map(({ label, r }, k) => ({
      title: `${label} (r = ${formatNumber(r)})`,
      width: size,
      height: size,
      layer: [
        {
          data: { values: grids[k] },
          mark: { type: "rect", tooltip: true },
          encoding: {
            x: { field: "x", type: "quantitative", title: `Clean, ${unit}`, scale: { domain, nice: false }, axis },
            x2: { field: "x2" },
            y: {
              field: "y",
              type: "quantitative",
              title: k % columns === 0 ? `Compared, ${unit}` : null,
              scale: { domain, nice: false },
              axis,
            },
            y2: { field: "y2" },
            color: {
              field: "count",
              type: "quantitative",
              title: "Pairs",
              scale: { type: "log", domain: [1, Math.max(most, 2)], scheme: "viridis", reverse: true },
              legend: { format: "~s", tickCount: 4, gradientLength: Math.min(160, size), ...legendPlace(isNarrow) },
            },
          },
        },
        {
          data: { values: [{ a: domain[0], b: domain[1] }] },
          mark: { type: "rule", color: INK, strokeDash: [4, 3] },
          encoding: {
            x: { field: "a", type: "quantitative" },
            x2: { field: "b" },
            y: { field: "a", type: "quantitative" },
            y2: { field: "b" },
          },
        },
      ],
    })),
    resolve: { scale: { color: "shared" } },
  } as TopLevelSpec);
};

const correlation = (x: readonly number[], y: readonly number[]): number => {
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [meanX, meanY] = [mean(x), mean(y)];
  let [xy, xx, yy] = [0, 0, 0];
  for (let i = 0; i < x.length; i++) {
    const [dx, dy] = [(x[i] as number) - meanX, (y[i] as number) - meanY];
    xy += dx * dy;
    xx += dx * dx;
    yy += dy * dy;
  }
  return xy / Math.sqrt(xx * yy);
};
