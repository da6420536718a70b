import { formatCount, leftOut, plural } from "./caption.js";
import { checkLengths, checkOptions, figure, type Figure, type Numbers } from "./figure.js";
import { logTicks } from "./log-ticks.js";
import { axisTitle, labelRoom, legendColumns, page, type PageOptions } from "./page.js";
import { COLUMN_WIDTH, OKABE_ITO } from "./theme.js";
import { gridCounts, round } from "./thin.js";

/** One value a gene, as `pp.highlyVariableGenes` writes them to `var`. */
export interface MeanVarianceData {
  /** Mean expression (`means`). */
  mean: Numbers;
  /** Dispersion (`dispersions`) or variance, on a plain scale. */
  spread: Numbers;
  /** 1 or true for the genes chosen (`highly_variable`). */
  highlyVariable: ArrayLike<number | boolean>;
  /** Gene names, to label those of `options.label`. */
  genes?: readonly string[];
}

/** Options of {@link meanVariance}. */
export interface MeanVarianceOptions extends PageOptions {
  /** Title of the x axis. Default "Mean expression (normalised counts per cell)". */
  meanTitle?: string;
  /** Title of the y axis. Default "Dispersion (variance / mean)". */
  spreadTitle?: string;
  /** Genes to name in the figure; needs `data.genes`. Default none. */
  label?: readonly string[];
}

const BINS = 48;

/** Pixels between a gene and its name. */
const NAME_GAP = 7;

/**
 * Mean against dispersion on two logarithmic axes, highly variable genes in colour. Genes are counted on a grid of
 * 48 × 48 cells a group; a dot is an occupied cell at the mean of its genes, its area by their number.
 * @throws {RangeError} for series of unequal length or no gene with both values above 0
 * @example
 * meanVariance({ mean: [0.2, 1.5, 3], spread: [0.3, 4, 3.2], highlyVariable: [0, 1, 0] });
 */
export const meanVariance = (data: MeanVarianceData, options: MeanVarianceOptions = {}): Figure => {
  const name = "mean-variance";
  checkOptions(name, options, ["meanTitle", "spreadTitle", "label", "width"]);
  const { mean, spread, highlyVariable, genes } = data;
  checkLengths(name, { mean, spread, highlyVariable, ...(genes && { genes }) });
  const usable = Array.from({ length: mean.length }, (_, gene) => gene).filter(
    (gene) => isPositive(mean[gene]) && isPositive(spread[gene]),
  );
  if (usable.length === 0) {
    throw new RangeError(
      `${name}: no gene has mean and spread above 0 (${mean.length} given); normalise the counts first`,
    );
  }
  const logMean = usable.map((gene) => Math.log10(mean[gene] as number));
  const logSpread = usable.map((gene) => Math.log10(spread[gene] as number));
  const bounds = { x: extent(logMean), y: extent(logSpread) };
  const chosen = usable.filter((gene) => Boolean(highlyVariable[gene])).length;
  const groups = [
    { label: `other genes (${formatCount(usable.length - chosen)})`, variable: false, color: OKABE_ITO.grey },
    { label: `highly variable (${formatCount(chosen)})`, variable: true, color: OKABE_ITO.vermilion },
  ];
  const labels = groups.map(({ label }) => label);
  const dots = groups.flatMap(({ label, variable }) => {
    const rows = usable.flatMap((gene, row) => (Boolean(highlyVariable[gene]) === variable ? [row] : []));
    return gridCounts(
      rows.map((row) => logMean[row] as number),
      rows.map((row) => logSpread[row] as number),
      bounds,
      BINS,
    ).map((cell) => ({
      mean: round(10 ** cell.meanX, 4),
      spread: round(10 ** cell.meanY, 4),
      genes: cell.count,
      group: label,
    }));
  });
  const named = usable.flatMap((gene) =>
    genes && options.label?.includes(genes[gene] as string)
      ? [{ gene: genes[gene] as string, mean: round(mean[gene] as number), spread: round(spread[gene] as number) }]
      : [],
  );
  const { width: total, isNarrow } = page(name, options.width);
  const width = total - (isNarrow ? 90 : 110);
  const alignOf = ({ gene, mean: at }: (typeof named)[number]) => {
    const place = (width * (Math.log10(at) - bounds.x[0])) / (bounds.x[1] - bounds.x[0]);
    return isNarrow && place + NAME_GAP + labelRoom([gene]) > width ? "right" : "left";
  };
  const log = { type: "log", nice: false } as const;
  const x = {
    field: "mean",
    type: "quantitative",
    scale: log,
    title: axisTitle(options.meanTitle ?? "Mean expression (normalised counts per cell)", width, isNarrow),
    axis: { format: "~g", values: logTicks(10 ** bounds.x[0], 10 ** bounds.x[1]) },
  } as const;
  const y = {
    field: "spread",
    type: "quantitative",
    scale: log,
    title: options.spreadTitle ?? "Dispersion (variance / mean)",
    axis: { format: "~g", values: logTicks(10 ** bounds.y[0], 10 ** bounds.y[1]) },
  } as const;
  const description =
    `${plural(chosen, "highly variable gene")} of ${formatCount(usable.length)}, over their mean expression; ` +
    `a dot is one or more genes, its area their number.` +
    leftOut(mean.length - usable.length, "gene", "without expression or spread");
  return figure(name, description, {
    width,
    height: isNarrow ? 240 : COLUMN_WIDTH,
    layer: [
      {
        data: { values: dots },
        mark: { type: "circle", opacity: 0.75, tooltip: true },
        encoding: {
          x,
          y,
          size: { field: "genes", type: "quantitative", scale: { range: [10, 160] }, legend: null },
          color: {
            field: "group",
            type: "nominal",
            title: null,
            scale: { domain: labels, range: groups.map(({ color }) => color) },
            legend: { orient: "top", symbolSize: 70, ...(isNarrow && { columns: legendColumns(labels, width) }) },
          },
        },
      },
      ...(named.length
        ? [
            {
              data: { values: named },
              mark: { type: "point" as const, color: "#000", size: 45, strokeWidth: 1.3 },
              encoding: { x, y },
            },
            ...(["left", "right"] as const)
              .map((align) => ({ align, values: named.filter((row) => alignOf(row) === align) }))
              .filter(({ values }) => values.length > 0)
              .map(({ align, values }) => ({
                data: { values },
                mark: {
                  ...{ type: "text" as const, dx: align === "left" ? NAME_GAP : -NAME_GAP, align },
                  ...{ fontSize: 11, fontWeight: 600 as const },
                },
                encoding: { x, y, text: { field: "gene" } },
              })),
          ]
        : []),
    ],
  });
};

const isPositive = (value: number | undefined): boolean => value !== undefined && Number.isFinite(value) && value > 0;

const extent = (values: readonly number[]): [number, number] =>
  values.reduce<[number, number]>(
    ([low, high], value) => [Math.min(low, value), Math.max(high, value)],
    [Infinity, -Infinity],
  );
