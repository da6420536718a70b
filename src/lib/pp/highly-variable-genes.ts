import type { AnnData } from "../anndata/anndata.js";
import type { Matrix } from "../anndata/matrix.js";
import { resolveOptions } from "../options.js";
import { looksLikeCounts } from "../stats/counts.js";
import { columnMoments } from "../stats/moments.js";
import { cellRangerVariability, seuratVariability, type Variability } from "./gene-dispersions.js";
import { firstGenes, rankInBatches, residualVariance, standardisedVariance } from "./ranked-genes.js";

/** How genes are judged. */
export type HvgFlavor = "seurat" | "cell_ranger" | "seurat_v3" | "seurat_v3_paper" | "pearson_residuals";

/** Options of {@link highlyVariableGenes}. */
export interface HighlyVariableGenesOptions {
  /**
   * How genes are judged: on log1p values by dispersion, "seurat" (Satija 2015) or "cell_ranger" (Zheng 2017); on counts by variance,
   * "seurat_v3" or "seurat_v3_paper" (Stuart 2019; they differ in how batches are joined) or "pearson_residuals" (Lause 2021).
   * Default: "seurat".
   */
  flavor?: HvgFlavor;
  /** Take this many genes and pay no heed to the limits below. Default: the limits; seurat_v3: 2000; pearson_residuals: none, give one. */
  nTopGenes?: number;
  /** Layer to read. Default: X. */
  layer?: string;
  /** Column of `obs`: genes are judged within each batch, and those chosen that vary in most. Default: all cells are one batch. */
  batchKey?: string;
  /** Lower limit of the mean, exclusive. Default: 0.0125. */
  minMean?: number;
  /** Upper limit of the mean, exclusive. Default: 3. */
  maxMean?: number;
  /** Lower limit of the normalised dispersion, exclusive. Default: 0.5. */
  minDisp?: number;
  /** Upper limit of the normalised dispersion, exclusive. Default: no limit. */
  maxDisp?: number;
  /** Bins of the mean within which seurat compares dispersions. Default: 20. */
  nBins?: number;
  /** Share of the genes in each local fit of seurat_v3. Default: 0.3. */
  span?: number;
  /** Overdispersion of pearson_residuals. Default: 100. */
  theta?: number;
  /** Limit of the size of pearson_residuals. Default: √n, n the number of cells (of the first batch). */
  clip?: number;
  /** Keep only the highly variable genes. Default: false. */
  subset?: boolean;
}

type Resolved = Required<Omit<HighlyVariableGenesOptions, OptionalNames>> &
  Record<"nTopGenes" | "clip", number | undefined> &
  Record<"layer" | "batchKey", string | undefined>;
type OptionalNames = "nTopGenes" | "clip" | "layer" | "batchKey";

const FLAVORS: HvgFlavor[] = ["seurat", "cell_ranger", "seurat_v3", "seurat_v3_paper", "pearson_residuals"];

/**
 * Marks the genes that vary more than others of like mean, as scanpy's `highly_variable_genes`; see {@link seuratVariability},
 * {@link cellRangerVariability}, {@link standardisedVariance} and {@link residualVariance} for the formulas.
 *
 * Writes `var.highly_variable`, `var.means` and `uns.hvg`; "seurat" and "cell_ranger": `var.dispersions` and `var.dispersions_norm`;
 * the others: `var.variances`, `var.highly_variable_rank` and `var.variances_norm` or `var.residual_variances`; with `batchKey`
 * `var.highly_variable_nbatches` (and `var.highly_variable_intersection`) as well. With `nTopGenes`, genes that tie with the last one
 * by dispersion are in too, as in scanpy.
 *
 * @throws Error where the values do not suit the flavor: counts for seurat and cell_ranger, other numbers for the rest.
 * @throws RangeError for an impossible option, or where a gene has NaN or infinite values.
 * @example
 * pp.highlyVariableGenes(pp.log1p(pp.normalizeTotal(adata)), { nTopGenes: 2000 });
 */
export function highlyVariableGenes(adata: AnnData, options: HighlyVariableGenesOptions = {}): AnnData {
  const resolved = resolveOptions<Resolved>("pp.highlyVariableGenes", options, {
    flavor: "seurat",
    nTopGenes: undefined,
    layer: undefined,
    batchKey: undefined,
    minMean: 0.0125,
    maxMean: 3,
    minDisp: 0.5,
    maxDisp: Infinity,
    nBins: 20,
    span: 0.3,
    theta: 100,
    clip: undefined,
    subset: false,
  });
  checkOptions(resolved);
  const { flavor, layer } = resolved;
  const matrix = layer === undefined ? adata.X : adata.layers[layer];
  if (!matrix) throw new Error(`layers has no "${layer}"; layers: ${Object.keys(adata.layers).join(", ") || "none"}`);
  const isVariable =
    flavor === "seurat" || flavor === "cell_ranger"
      ? byDispersion(adata, matrix, resolved)
      : byVariance(adata, matrix, resolved);
  adata.uns = { ...adata.uns, hvg: { flavor } };
  return resolved.subset ? adata.keepVar(isVariable) : adata;
}

function checkOptions({ flavor, nBins, nTopGenes, theta, clip }: Resolved): void {
  if (!FLAVORS.includes(flavor)) {
    throw new RangeError(
      `flavor "${String(flavor)}" is not known; use ${FLAVORS.map((name) => `"${name}"`).join(", ")}`,
    );
  }
  if (!Number.isInteger(nBins) || nBins < 1)
    throw new RangeError(`nBins must be a positive whole number, not ${nBins}`);
  if (nTopGenes !== undefined && (!Number.isInteger(nTopGenes) || nTopGenes < 1)) {
    throw new RangeError(`nTopGenes must be a positive whole number, not ${nTopGenes}`);
  }
  if (flavor === "pearson_residuals" && nTopGenes === undefined) {
    throw new TypeError('flavor "pearson_residuals" has no limits: give nTopGenes');
  }
  if (!(theta > 0)) throw new RangeError(`theta must be positive, not ${theta}`);
  if (clip !== undefined && !(clip >= 0)) throw new RangeError(`clip must be at least 0, not ${clip}`);
}

/** The rows of each batch, batches in order of their names. */
function batchRows(adata: AnnData, key: string): Int32Array[] {
  const rows = new Map<string, number[]>();
  adata.obs.strings(key).forEach((name, i) => {
    if (name === null)
      throw new RangeError(`obs.${key} has no value for cell ${adata.obsNames[i]}; batches need one each`);
    const batch = rows.get(name);
    if (batch) batch.push(i);
    else rows.set(name, [i]);
  });
  return [...rows].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, batch]) => Int32Array.from(batch));
}

function byDispersion(adata: AnnData, matrix: Matrix, options: Resolved): Uint8Array {
  if (adata.uns["log1p"] === undefined && looksLikeCounts(matrix)) {
    throw new Error("X holds whole numbers, which look like counts; run pp.normalizeTotal and pp.log1p first");
  }
  const { batchKey, nTopGenes } = options;
  const log = adata.uns["log1p"] as { base?: number | null } | undefined;
  const factor = typeof log?.base === "number" ? Math.log(log.base) : 1;
  const undoLog = factor === 1 ? Math.expm1 : (value: number) => Math.expm1(factor * value);
  const variability = (values: Matrix, genes?: Int32Array) => {
    const found =
      options.flavor === "seurat" ? seuratVariability(values, options.nBins, undoLog) : cellRangerVariability(values);
    const bad = found.means.findIndex((value) => !Number.isFinite(value));
    if (bad < 0 || values.shape[0] === 0) return found;
    const name = adata.varNames[genes ? genes[bad]! : bad];
    throw new RangeError(`gene ${name} has NaN or infinite values; replace them, or drop the gene`);
  };
  if (batchKey === undefined) {
    const found = variability(matrix);
    const isVariable = chosen(found, options);
    writeDispersions(adata, found, isVariable);
    return isVariable;
  }
  const batches = batchRows(adata, batchKey).map((rows) => {
    const inBatch = matrix.selectRows(rows);
    const cells = inBatch.columnNonZeros();
    const genes = Int32Array.from(cells.keys()).filter((j) => cells[j]! > 0);
    const found = variability(inBatch.selectColumns(genes), genes);
    return { genes, found, isVariable: chosen(found, options) };
  });
  // Genes without counts in a batch count as 0 there; what is NaN in one batch takes no part in the mean.
  const average = (of: (found: Variability) => Float64Array) => {
    const sums = new Float64Array(adata.nVars);
    const counts = new Float64Array(adata.nVars).fill(batches.length);
    for (const { genes, found } of batches) {
      of(found).forEach((value, at) => {
        if (Number.isNaN(value)) counts[genes[at]!]!--;
        else sums[genes[at]!]! += value;
      });
    }
    return sums.map((sum, j) => sum / counts[j]!);
  };
  const joined = {
    means: average((found) => found.means),
    dispersions: average((found) => found.dispersions),
    dispersionsNorm: average((found) => found.dispersionsNorm),
  };
  const nBatches = new Int32Array(adata.nVars);
  for (const { genes, isVariable } of batches) genes.forEach((gene, at) => (nBatches[gene]! += isVariable[at]!));
  let isVariable: Uint8Array;
  if (nTopGenes === undefined) {
    joined.dispersionsNorm = joined.dispersionsNorm.map((value) => (Number.isNaN(value) ? 0 : value));
    isVariable = chosen(joined, options);
  } else {
    const rank = joined.dispersionsNorm.map((value) => -value);
    isVariable = firstGenes({ rank, nBatches }, nTopGenes, "batches");
  }
  writeDispersions(adata, joined, isVariable);
  adata.var.set("highly_variable_nbatches", nBatches);
  adata.var.set("highly_variable_intersection", {
    kind: "boolean",
    values: Uint8Array.from(nBatches, (count) => Number(count === batches.length)),
  });
  return isVariable;
}

function writeDispersions(adata: AnnData, found: Variability, isVariable: Uint8Array): void {
  adata.var.set("highly_variable", { kind: "boolean", values: isVariable });
  adata.var.set("means", found.means);
  adata.var.set("dispersions", found.dispersions).set("dispersions_norm", found.dispersionsNorm);
}

/** The genes within the limits, or at least as variable as the last of those wanted. */
function chosen(found: Variability, { nTopGenes, minMean, maxMean, minDisp, maxDisp }: Resolved): Uint8Array {
  const { means, dispersionsNorm } = found;
  const cutoff = nTopGenes === undefined ? undefined : nthLargest(dispersionsNorm, nTopGenes);
  return Uint8Array.from(dispersionsNorm, (dispersion, j) => {
    if (cutoff !== undefined) return Number(dispersion >= cutoff);
    const d = Number.isNaN(dispersion) ? 0 : dispersion;
    return Number(means[j]! > minMean && means[j]! < maxMean && d > minDisp && d < maxDisp);
  });
}

function nthLargest(values: Float64Array, n: number): number {
  const sorted = values.filter((value) => !Number.isNaN(value)).sort();
  return sorted[Math.max(0, sorted.length - n)] ?? Infinity;
}

function byVariance(adata: AnnData, matrix: Matrix, options: Resolved): Uint8Array {
  const { flavor, batchKey, nTopGenes = 2000, span, theta } = options;
  if (!looksLikeCounts(matrix)) {
    throw new Error(`flavor "${flavor}" needs counts; give the layer that holds them, e.g. layer: "counts"`);
  }
  const batches = batchKey === undefined ? [matrix] : batchRows(adata, batchKey).map((rows) => matrix.selectRows(rows));
  const clip = options.clip ?? Math.sqrt(batches[0]!.shape[0]);
  const isResidual = flavor === "pearson_residuals";
  const moments = columnMoments(matrix);
  const variances = batches.map((batch) => {
    if (isResidual) return residualVariance(batch, { theta, clip });
    return standardisedVariance(batch, span, batch === matrix ? moments : undefined);
  });
  const ranks = rankInBatches(variances, nTopGenes);
  const isVariable = firstGenes(ranks, nTopGenes, flavor === "seurat_v3" ? "rank" : "batches");
  const { mean, variance } = moments;
  const average = mean.map((_, j) => variances.reduce((sum, values) => sum + values[j]!, 0) / variances.length);
  adata.var.set("highly_variable", { kind: "boolean", values: isVariable });
  adata.var.set("highly_variable_rank", ranks.rank);
  adata.var.set("means", mean).set("variances", variance);
  adata.var.set(isResidual ? "residual_variances" : "variances_norm", average);
  if (batchKey !== undefined) {
    adata.var.set("highly_variable_nbatches", ranks.nBatches);
    if (isResidual) {
      const values = Uint8Array.from(ranks.nBatches, (count) => Number(count === batches.length));
      adata.var.set("highly_variable_intersection", { kind: "boolean", values });
    }
  }
  return isVariable;
}
