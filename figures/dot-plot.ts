import type { TopLevelSpec } from "vega-lite";
import { formatNumber, formatShare, plural } from "./caption.js";
import { checkLengths, checkOptions, figure, type Figure, type Numbers } from "./figure.js";
import { labelRoom, legendPlace, page, type PageOptions } from "./page.js";
import { INK, OKABE_ITO } from "./theme.js";
import { round } from "./thin.js";

/** Genes by groups of cells; both matrices groups × genes, row-major. */
export interface DotPlotData {
  /** Rows: cell types or clusters. */
  groups: readonly string[];
  /** Columns. */
  genes: readonly string[];
  /** Mean expression of the group's cells. */
  mean: Numbers;
  /** Share of the group's cells in which the gene is seen, 0 to 1. */
  share: Numbers;
}

/** Options of {@link dotPlot}. */
export interface DotPlotOptions extends PageOptions {
  /** Unit of the means. Default "log1p(CP10k)". */
  unit?: string;
  /** Whether each gene's means are scaled from 0 (lowest group) to 1 (highest). Default false. */
  scaleGenes?: boolean;
}

/**
 * Dot plot: the size of a dot is the share of cells in which the gene is seen, its colour the mean expression.
 * @throws {RangeError} for no groups or genes, or matrices that do not fit them
 * @example
 * dotPlot({ groups: ["B cells", "NK cells"], genes: ["MS4A1"], mean: [1.8, 0.02], share: [0.85, 0.01] });
 */
export const dotPlot = (data: DotPlotData, options: DotPlotOptions = {}): Figure => {
  const name = "dot-plot";
  checkOptions(name, options, ["unit", "scaleGenes", "width"]);
  const { groups, genes, mean, share } = data;
  const { unit = "log1p(CP10k)", scaleGenes = false } = options;
  checkLengths(name, { mean, share, "groups × genes": { length: groups.length * genes.length } });
  if (mean.length === 0) throw new RangeError(`${name}: ${groups.length} groups and ${genes.length} genes; give both`);
  const { width, isNarrow } = page(name, options.width);
  const of = (gene: number) => groups.map((_, k) => mean[k * genes.length + gene]!);
  const scaled = (value: number, gene: number): number => {
    const [low, high] = [Math.min(...of(gene)), Math.max(...of(gene))];
    return high > low ? (value - low) / (high - low) : 0;
  };
  const rows = groups.flatMap((group, k) =>
    genes.map((gene, g) => {
      const value = mean[k * genes.length + g]!;
      return {
        group,
        gene,
        mean: round(scaleGenes ? scaled(value, g) : value, 4),
        cells: round(100 * share[k * genes.length + g]!, 3),
      };
    }),
  );
  const clearest = genes
    .map((gene, g) => {
      const shares = groups.map((_, k) => share[k * genes.length + g]!);
      const first = shares.indexOf(Math.max(...shares));
      const next = Math.max(0, ...shares.filter((_, k) => k !== first));
      return { gene, group: groups[first]!, share: shares[first]!, lead: shares[first]! - next };
    })
    .reduce((best, each) => (each.lead > best.lead ? each : best));
  const title = scaleGenes ? "Mean, 0 to 1 by gene" : `Mean, ${unit}`;
  // Genes go down the side of a narrow column, in which they would not stand side by side.
  const [across, down] = isNarrow ? (["group", "gene"] as const) : (["gene", "group"] as const);
  const names = { group: groups, gene: genes };
  const titles = { group: "Cells", gene: "Gene" };
  const room = width - labelRoom(names[down]) - (isNarrow ? 90 : 190);
  const step = Math.min(26, room / names[across].length);
  return figure(
    name,
    `${plural(genes.length, "gene")} in ${plural(groups.length, "group")} of cells: the dot's size is the share of cells in which ` +
      `the gene is seen, its colour the mean. Clearest: ${clearest.gene}, seen in ${formatShare(clearest.share)} of ` +
      `${clearest.group}; highest mean ${formatNumber(Math.max(...Array.from(mean)))} ${unit}.`,
    {
      data: { values: rows },
      width: Math.max(60, Math.floor(step * names[across].length)),
      height: { step: isNarrow ? 18 : 22 },
      mark: { type: "circle", stroke: INK, strokeWidth: 0.5, opacity: 1, tooltip: true },
      encoding: {
        x: {
          field: across,
          type: "nominal",
          title: titles[across],
          sort: [...names[across]],
          axis: { labelAngle: -60, labelOverlap: false, labelLimit: 130, grid: false },
        },
        y: {
          field: down,
          type: "nominal",
          title: titles[down],
          sort: [...names[down]],
          axis: { grid: true, ticks: false, labelOverlap: false },
        },
        size: {
          field: "cells",
          type: "quantitative",
          title: isNarrow ? "Cells (%)" : "Cells with the gene (%)",
          scale: { domain: [0, 100], range: [0, (Math.min(step, 18) * 0.85) ** 2] },
          legend: {
            values: isNarrow ? [25, 100] : [20, 40, 60, 80, 100],
            symbolFillColor: OKABE_ITO.grey,
            symbolStrokeWidth: 0.5,
            ...legendPlace(isNarrow),
          },
        },
        color: {
          field: "mean",
          type: "quantitative",
          title,
          scale: { scheme: "viridis", reverse: true, domainMin: 0 },
          legend: { gradientLength: isNarrow ? 90 : 110, format: ".3~g", tickCount: 4, ...legendPlace(isNarrow) },
        },
      },
    } as TopLevelSpec,
  );
};
