import { mean, sampleStandardDeviation } from "simple-statistics";
import type { AnnData } from "../anndata/anndata.js";
import type { Matrix } from "../anndata/matrix.js";
import { resolveOptions } from "../options.js";
import { looksLikeCounts } from "../stats/counts.js";
import { columnMoments } from "../stats/moments.js";

/** Options of {@link highlyVariableGenes}. */
export interface HighlyVariableGenesOptions {
  /** How genes are judged. Only Satija's "seurat" (2015) is here. Default: "seurat". */
  flavor?: "seurat";
  /** Take this many genes and pay no heed to the limits below. Default: use the limits. */
  nTopGenes?: number;
  /** Lower limit of the mean, exclusive. Default: 0.0125. */
  minMean?: number;
  /** Upper limit of the mean, exclusive. Default: 3. */
  maxMean?: number;
  /** Lower limit of the normalised dispersion, exclusive. Default: 0.5. */
  minDisp?: number;
  /** Upper limit of the normalised dispersion, exclusive. Default: no limit. */
  maxDisp?: number;
  /** Bins of the mean within which dispersions are compared. Default: 20. */
  nBins?: number;
  /** Keep only the highly variable genes. Default: false. */
  subset?: boolean;
}

/** What is known of every gene's variability; arrays have one value a gene. */
export interface Variability {
  means: Float64Array;
  dispersions: Float64Array;
  dispersionsNorm: Float64Array;
}

/**
 * Marks the genes that vary more than others of like mean, as scanpy's `highly_variable_genes(flavor="seurat")`: on values before the
 * logarithm, dispersion = ln(variance / mean), standardised within equal-width bins of ln(1 + mean).
 *
 * Reads log1p values in `X`. Writes `var.highly_variable`, `var.means`, `var.dispersions`, `var.dispersions_norm`, and `uns.hvg`.
 * With `nTopGenes`, genes that tie with the last one are in as well, as in scanpy.
 *
 * @throws Error where `X` holds whole numbers only, i.e. counts: run pp.log1p first.
 * @throws RangeError for an impossible option, or where a gene has NaN or infinite values.
 * @example
 * pp.highlyVariableGenes(adata, { nTopGenes: 2000 });
 */
export function highlyVariableGenes(adata: AnnData, options: HighlyVariableGenesOptions = {}): AnnData {
  const resolved = resolveOptions<HighlyVariableGenesOptions>("pp.highlyVariableGenes", options, {
    flavor: "seurat",
    nTopGenes: undefined,
    minMean: 0.0125,
    maxMean: 3,
    minDisp: 0.5,
    maxDisp: Infinity,
    nBins: 20,
    subset: false,
  });
  const { flavor, nTopGenes, nBins = 20 } = resolved;
  if (flavor !== "seurat") throw new RangeError(`flavor "${String(flavor)}" is not known; use "seurat"`);
  if (!Number.isInteger(nBins) || nBins < 1)
    throw new RangeError(`nBins must be a positive whole number, not ${nBins}`);
  if (nTopGenes !== undefined && (!Number.isInteger(nTopGenes) || nTopGenes < 1)) {
    throw new RangeError(`nTopGenes must be a positive whole number, not ${nTopGenes}`);
  }
  if (adata.uns["log1p"] === undefined && looksLikeCounts(adata.X)) {
    throw new Error("X holds whole numbers, which look like counts; run pp.normalizeTotal and pp.log1p first");
  }
  const found = seuratVariability(adata.X, nBins);
  const { means, dispersions, dispersionsNorm } = found;
  const bad = means.findIndex((mean) => !Number.isFinite(mean));
  if (bad >= 0 && adata.nObs > 0) {
    throw new RangeError(`gene ${adata.varNames[bad]} has NaN or infinite values; replace them, or drop the gene`);
  }
  const { minMean = 0, maxMean = 0, minDisp = 0, maxDisp = 0 } = resolved;
  const cutoff = nTopGenes === undefined ? undefined : nthLargest(dispersionsNorm, nTopGenes);
  const isVariable = Uint8Array.from(dispersionsNorm, (dispersion, j) => {
    if (cutoff !== undefined) return Number(dispersion >= cutoff);
    const d = Number.isNaN(dispersion) ? 0 : dispersion;
    return Number(means[j]! > minMean && means[j]! < maxMean && d > minDisp && d < maxDisp);
  });
  adata.var.set("highly_variable", { kind: "boolean", values: isVariable });
  adata.var.set("means", means).set("dispersions", dispersions).set("dispersions_norm", dispersionsNorm);
  adata.uns = { ...adata.uns, hvg: { flavor } };
  return resolved.subset ? adata.keepVar(isVariable) : adata;
}

/** Mean, dispersion and normalised dispersion of every column of a matrix of log1p values. */
export function seuratVariability(matrix: Matrix, nBins = 20): Variability {
  const { mean: means, variance } = columnMoments(matrix, Math.expm1);
  const dispersions = new Float64Array(means.length);
  for (let j = 0; j < means.length; j++) {
    const positive = means[j] === 0 ? 1e-12 : means[j]!;
    const ratio = variance[j]! / positive;
    dispersions[j] = ratio === 0 ? NaN : Math.log(ratio);
    means[j] = Math.log1p(positive);
  }
  const bins = equalWidthBins(means, nBins);
  const members = new Map<number, number[]>();
  bins.forEach((bin, j) => {
    if (Number.isNaN(dispersions[j])) return;
    const sameBin = members.get(bin);
    if (sameBin) sameBin.push(dispersions[j]!);
    else members.set(bin, [dispersions[j]!]);
  });
  const center = new Map<number, number>();
  const spread = new Map<number, number>();
  for (const [bin, values] of members) {
    // One gene alone has no spread: it gets the normalised dispersion 1.
    center.set(bin, values.length > 1 ? mean(values) : 0);
    spread.set(bin, values.length > 1 ? sampleStandardDeviation(values) : values[0]!);
  }
  const dispersionsNorm = dispersions.map(
    (dispersion, j) => (dispersion - (center.get(bins[j]!) ?? NaN)) / (spread.get(bins[j]!) ?? NaN),
  );
  return { means, dispersions, dispersionsNorm };
}

/** The bin of each value among bins of equal width, closed on the right; the lowest is in the first bin. */
function equalWidthBins(values: Float64Array, nBins: number): Int32Array {
  let low = Infinity;
  let high = -Infinity;
  for (const value of values) {
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  if (low === high) return new Int32Array(values.length);
  const edges = Float64Array.from({ length: nBins + 1 }, (_, i) => low + (i * (high - low)) / nBins);
  return Int32Array.from(values, (value) => {
    // The quotient may be off by one where a value lies on an edge: the edges decide.
    let bin = Math.min(nBins - 1, Math.max(0, Math.ceil(((value - low) / (high - low)) * nBins) - 1));
    while (bin > 0 && value <= edges[bin]!) bin--;
    while (bin < nBins - 1 && value > edges[bin + 1]!) bin++;
    return bin;
  });
}

function nthLargest(values: Float64Array, n: number): number {
  const sorted = values.filter((value) => !Number.isNaN(value)).sort();
  return sorted[Math.max(0, sorted.length - n)] ?? Infinity;
}
