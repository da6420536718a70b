import { formatNumber, formatShare, leftOut, list, plural } from "./caption.js";
import { checkLengths, checkOptions, figure, type Figure, type Numbers } from "./figure.js";
import { logTicks } from "./log-ticks.js";
import { meanInterval, quantileSorted } from "./quantile.js";
import { legendBelow, page, type PageOptions } from "./page.js";
import { CATEGORY_COLORS, COLUMN_WIDTH } from "./theme.js";
import { round } from "./thin.js";

/** One value a gene; every series of `degraded` is one severity or mechanism. */
export interface DegradationByLengthData {
  /** Exonic length in bases (`var.length`). */
  length: Numbers;
  /** Mean expression over cells before degradation. */
  original: Numbers;
  /** Mean expression over cells after it, by name of preset or mechanism, in the order of the legend. */
  degraded: Readonly<Record<string, Numbers>>;
}

/** Options of {@link degradationByLength}. */
export interface DegradationByLengthOptions extends PageOptions {
  /** Groups of genes of equal size, by length. Default 12. */
  bins?: number;
  /** Genes of lower original mean are left out, as their share is mostly noise. Default 0.05. */
  minOriginal?: number;
  /** Title of the legend. Default "Degradation". */
  seriesTitle?: string;
}

/**
 * Share of a gene's mean expression that is left after degradation, against gene length: mean over groups of genes
 * of equal size and its 95% confidence interval (normal approximation over the genes of a group).
 * @throws {RangeError} for series of unequal length or when no gene is left
 * @example
 * const degraded = { mild: [1.8, 0.8, 0.6, 0.2], severe: [1.4, 0.5, 0.3, 0.1] };
 * degradationByLength({ length: [800, 1500, 3000, 9000], original: [2, 1, 1, 0.5], degraded }, { bins: 2 });
 */
export const degradationByLength = (
  data: DegradationByLengthData,
  options: DegradationByLengthOptions = {},
): Figure => {
  const name = "degradation-by-length";
  checkOptions(name, options, ["bins", "minOriginal", "seriesTitle", "width"]);
  const { length, original, degraded } = data;
  const series = Object.keys(degraded);
  if (series.length === 0) throw new RangeError(`${name}: degraded is empty; give one series a preset or mechanism`);
  checkLengths(name, { length, original, ...degraded });
  const { bins = 12, minOriginal = 0.05 } = options;
  const genes = Array.from({ length: length.length }, (_, gene) => gene)
    .filter(
      (gene) =>
        (length[gene] as number) > 0 && (original[gene] as number) >= minOriginal && (original[gene] as number) > 0,
    )
    .filter((gene) => series.every((key) => Number.isFinite(degraded[key]?.[gene])))
    .sort((a, b) => (length[a] as number) - (length[b] as number));
  if (genes.length === 0) {
    throw new RangeError(
      `${name}: no gene has a length and original expression of at least ${minOriginal} (${length.length} given); ` +
        "run datasets.annotateGenes first, or lower minOriginal",
    );
  }
  const groups = equalGroups(genes, Math.min(bins, genes.length));
  const rows = series.flatMap((key) =>
    groups.map((group) => {
      const { mean, half } = meanInterval(
        group.map((gene) => (degraded[key]?.[gene] as number) / (original[gene] as number)),
      );
      return {
        series: key,
        length: Math.round(
          quantileSorted(
            group.map((gene) => length[gene] as number),
            0.5,
          ),
        ),
        share: round(mean),
        low: round(mean - half),
        high: round(mean + half),
        genes: group.length,
      };
    }),
  );
  const ends = series.map((key) => {
    const own = rows.filter((row) => row.series === key);
    return `${key} ${formatShare(own[0]?.share ?? NaN)} to ${formatShare(own.at(-1)?.share ?? NaN)}`;
  });
  const lengths = groups.map((group) =>
    quantileSorted(
      group.map((gene) => length[gene] as number),
      0.5,
    ),
  );
  const description =
    `Mean expression left after degradation, from the shortest genes (median ${formatNumber(lengths[0] as number)} bases) ` +
    `to the longest (${formatNumber(lengths.at(-1) as number)} bases): ${list(ends)}. ` +
    `${plural(genes.length, "gene")} in ${plural(groups.length, "group")} of equal size; bands: 95% confidence interval.` +
    leftOut(length.length - genes.length, "gene", `without length or with original mean below ${minOriginal}`);
  const sheet = page(name, options.width);
  const x = {
    field: "length",
    type: "quantitative",
    title: "Gene length (bases, log scale)",
    scale: { type: "log", nice: false },
    axis: { format: ",d", values: logTicks(lengths[0] as number, lengths.at(-1) as number) },
  } as const;
  const y = { type: "quantitative", title: "Expression left (share of original)" } as const;
  const color = {
    field: "series",
    type: "nominal",
    title: options.seriesTitle ?? "Degradation",
    sort: null,
    scale: { domain: series, range: series.map((_, k) => CATEGORY_COLORS[k % CATEGORY_COLORS.length] as string) },
    legend: { symbolType: "circle", symbolOpacity: 1, symbolSize: 70, ...legendBelow(series, sheet) },
  } as const;
  return figure(name, description, {
    width: sheet.width - (sheet.isNarrow ? 90 : 220),
    height: COLUMN_WIDTH - 60,
    data: { values: rows },
    layer: [
      {
        mark: { type: "area", opacity: 0.2 },
        encoding: { x, y: { ...y, field: "low", axis: { format: "%" } }, y2: { field: "high" }, color },
      },
      {
        mark: { type: "line", strokeWidth: 2, point: { size: 32 }, tooltip: true },
        encoding: { x, y: { ...y, field: "share", scale: { zero: true } }, color },
      },
    ],
  });
};

const equalGroups = (sorted: readonly number[], groups: number): number[][] =>
  Array.from({ length: groups }, (_, k) =>
    sorted.slice(Math.round((k * sorted.length) / groups), Math.round(((k + 1) * sorted.length) / groups)),
  );
