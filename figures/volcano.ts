import type { TopLevelSpec } from "vega-lite";
import { formatCount, formatNumber, leftOut, list, plural } from "./caption.js";
import { checkLengths, checkOptions, figure, type Figure, type Numbers } from "./figure.js";
import { page, type PageOptions } from "./page.js";
import { LABEL_GAP, placeLabels } from "./place-labels.js";
import { INK, OKABE_ITO } from "./theme.js";
import { evenly, round } from "./thin.js";

/** A test of every gene between two groups of cells, as `tl.rankGenesGroups` gives it. */
export interface VolcanoData {
  genes: readonly string[];
  /** log₂ of the fold change; above 0 is higher in the first group. */
  logFoldChange: Numbers;
  /** p values, adjusted for the number of genes. */
  pAdjusted: Numbers;
}

/** Options of {@link volcano}. */
export interface VolcanoOptions extends PageOptions {
  /** What is compared, for axis and caption. Default "first and second group". */
  of?: string;
  /** Smallest change that counts, in log₂. Default 1. */
  minLogFoldChange?: number;
  /** Changes beyond ± this, as of genes that one group lacks, are drawn at it. Default 10. */
  maxLogFoldChange?: number;
  /** Largest adjusted p that counts. Default 0.05. */
  alpha?: number;
  /** Most genes named, the strongest evidence first; fewer where names would touch. Default 12. */
  labels?: number;
  /** Most genes drawn; of those that do not change an even share is left out first. Default 4,000. */
  maxGenes?: number;
}

const SIDES = ["higher", "lower", "not told apart"] as const;
const COLORS = [OKABE_ITO.vermilion, OKABE_ITO.blue, "#b5b5b5"];

/**
 * Volcano plot: every gene by its fold change (log₂) and the strength of evidence (-log₁₀ of the adjusted p), dashed lines at the
 * bounds, the strongest genes named. p values of 0 are drawn at the smallest that is not.
 * @throws {RangeError} when no gene has both numbers
 * @example
 * volcano({ genes: ["GNLY", "CD3D"], logFoldChange: [5.1, -2.2], pAdjusted: [1e-40, 1e-12] }, { of: "NK and T cells" });
 */
export const volcano = (data: VolcanoData, options: VolcanoOptions = {}): Figure => {
  const name = "volcano";
  checkOptions(name, options, ["of", "minLogFoldChange", "maxLogFoldChange", "alpha", "labels", "maxGenes", "width"]);
  const { genes, logFoldChange, pAdjusted } = data;
  const {
    of = "first and second group",
    minLogFoldChange = 1,
    maxLogFoldChange = 10,
    alpha = 0.05,
    labels = 12,
    maxGenes = 4000,
  } = options;
  checkLengths(name, { genes, logFoldChange, pAdjusted });
  const usable = genes
    .map((_, g) => g)
    .filter((g) => Number.isFinite(logFoldChange[g]) && Number.isFinite(pAdjusted[g]));
  if (usable.length === 0) {
    throw new RangeError(
      `${name}: no gene has a fold change and a p value (${genes.length} given); test the groups first`,
    );
  }
  const smallest = usable.reduce((low, g) => (pAdjusted[g]! > 0 ? Math.min(low, pAdjusted[g]!) : low), 1);
  const all = usable.map((g) => {
    const change = logFoldChange[g]!;
    const counts = pAdjusted[g]! <= alpha && Math.abs(change) >= minLogFoldChange;
    const evidence = -Math.log10(Math.max(pAdjusted[g]!, smallest));
    const drawn = Math.max(-maxLogFoldChange, Math.min(maxLogFoldChange, change));
    return { gene: genes[g]!, change: drawn, evidence, side: SIDES[!counts ? 2 : change > 0 ? 0 : 1]! };
  });
  const told = all.filter(({ side }) => side !== SIDES[2]).sort((a, b) => b.evidence - a.evidence);
  const rest = all.filter(({ side }) => side === SIDES[2]);
  const kept = told.slice(0, maxGenes);
  const shown = [...evenly(rest.length, Math.max(0, maxGenes - kept.length)).map((k) => rest[k]!), ...kept];
  const beyond = usable.filter((g) => Math.abs(logFoldChange[g]!) > maxLogFoldChange).length;
  const reach = 1.1 * Math.max(minLogFoldChange, ...all.map(({ change }) => Math.abs(change)));
  const top = 1.08 * Math.max(-Math.log10(alpha), ...all.map(({ evidence }) => evidence));
  const { width: total, isNarrow } = page(name, options.width);
  const plot = { width: total - 80, height: isNarrow ? 240 : 320 };
  const placed = placeLabels(
    told.map(({ gene, change, evidence }) => ({
      x: ((change + reach) / (2 * reach)) * plot.width,
      y: (1 - evidence / top) * plot.height,
      text: gene,
    })),
    plot,
    labels,
  ).map(({ index, align }) => ({ ...place(told[index]!), align }));
  const count = (side: string) => all.filter((gene) => gene.side === side).length;
  const titles = SIDES.map((side) => `${side} (${formatCount(count(side))})`);
  const x = {
    field: "change",
    type: "quantitative",
    title: isNarrow ? "Fold change (log₂)" : `Fold change (log₂), ${of}`,
    scale: { domain: [round(-reach), round(reach)], nice: false },
    axis: { tickCount: 7, format: ".3~g", grid: false },
  };
  const y = {
    field: "evidence",
    type: "quantitative",
    title: "Evidence (-log₁₀ adjusted p)",
    scale: { domain: [0, round(top)], nice: false },
    axis: { tickCount: 6, format: ".3~g" },
  };
  const bound = { type: "rule", color: INK, strokeDash: [4, 3], opacity: 0.6 };
  const named = told.slice(0, 3).map(({ gene }) => gene);
  const description =
    `Fold changes of ${plural(all.length, "gene")}, ${of}: ${formatCount(count("higher"))} higher and ` +
    `${formatCount(count("lower"))} lower by at least ${formatNumber(minLogFoldChange)} (log₂) at an adjusted p of at most ` +
    `${formatNumber(alpha)}${named.length ? `, foremost ${list(named)}` : ""}.` +
    (shown.length < all.length ? ` ${formatCount(shown.length)} genes are drawn.` : "") +
    (beyond > 0
      ? ` Changes beyond ±${formatNumber(maxLogFoldChange)} (${plural(beyond, "gene")}) are drawn at it.`
      : "") +
    leftOut(genes.length - all.length, "gene", "without a finite test");
  return figure(name, description, {
    width: plot.width,
    height: plot.height,
    layer: [
      {
        data: { values: shown.map((gene) => ({ ...place(gene), side: titles[SIDES.indexOf(gene.side)] })) },
        mark: { type: "circle", size: 18, opacity: 0.7, tooltip: true },
        encoding: {
          x,
          y,
          color: {
            field: "side",
            type: "nominal",
            title: null,
            scale: { domain: titles, range: COLORS },
            legend: { orient: "top", symbolOpacity: 1, ...(isNarrow && { columns: 2 }) },
          },
        },
      },
      {
        data: { values: [{ change: -minLogFoldChange }, { change: minLogFoldChange }] },
        mark: bound,
        encoding: { x },
      },
      { data: { values: [{ evidence: round(-Math.log10(alpha)) }] }, mark: bound, encoding: { y } },
      ...(["left", "right"] as const)
        .filter((align) => placed.some((label) => label.align === align))
        .map((align) => ({
          data: { values: placed.filter((label) => label.align === align) },
          mark: { type: "text", align, dx: align === "left" ? LABEL_GAP : -LABEL_GAP, fontSize: 11, color: INK },
          encoding: { x, y, text: { field: "gene" } },
        })),
    ],
  } as TopLevelSpec);
};

const place = ({ gene, change, evidence }: { gene: string; change: number; evidence: number }) => ({
  gene,
  change: round(change, 4),
  evidence: round(evidence, 4),
});
