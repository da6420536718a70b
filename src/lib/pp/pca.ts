import type { AnnData } from "../anndata/anndata.js";
import { DenseMatrix } from "../anndata/dense.js";
import type { Matrix } from "../anndata/matrix.js";
import { resolveOptions } from "../options.js";
import { columnMoments } from "../stats/moments.js";
import { matrixOperator } from "../stats/matrix-operator.js";
import { randomizedSvd } from "../stats/randomized-svd.js";
import { truncatedSvd } from "../stats/truncated-svd.js";

/** Options of {@link pca}. */
export interface PcaOptions {
  /** Number of components. Default: 50, or one less than the smaller side of the matrix. */
  nComps?: number;
  /** Use only the genes of `var.highly_variable`. Default: true where that column exists. */
  useHighlyVariable?: boolean;
  /**
   * "lanczos" finds every component to rounding; "randomized" (Halko 2011) may give small components some per cent too little
   * variance. Default: "lanczos".
   */
  svdSolver?: PcaSolver;
  /** Of the first directions; with "lanczos" it changes nothing beyond rounding. Default: 0. */
  seed?: number;
}

/** How the decomposition is found. */
export type PcaSolver = "lanczos" | "randomized";

/** A principal component analysis of a matrix, cells × genes. */
export interface Pca {
  /** Cells × components, row-major. */
  scores: Float64Array;
  /** Components × genes, row-major; the loading of largest size is positive. */
  components: Float64Array;
  /** Variance of each component (n - 1). */
  variance: Float64Array;
  /** The same over the total variance. */
  varianceRatio: Float64Array;
}

/**
 * Principal component analysis of `X`, its genes centred (a sparse matrix stays sparse).
 *
 * Writes `obsm.X_pca` (cells × components), `varm.PCs` (genes × components, 0 for genes not used) and `uns.pca`
 * (`variance`, `variance_ratio`, `params`).
 *
 * @throws RangeError where `nComps` exceeds the smaller side of the matrix.
 * @throws Error where `useHighlyVariable` is set and `var` has no such column.
 * @example
 * pp.pca(adata, { nComps: 30 });
 */
export function pca(adata: AnnData, options: PcaOptions = {}): AnnData {
  const { nComps, useHighlyVariable, svdSolver, seed } = resolveOptions<PcaOptions>("pp.pca", options, {
    nComps: undefined,
    useHighlyVariable: adata.var.has("highly_variable"),
    svdSolver: "lanczos",
    seed: 0,
  });
  if (useHighlyVariable && !adata.var.has("highly_variable")) {
    throw new Error("var has no column highly_variable; run pp.highlyVariableGenes first");
  }
  if (svdSolver !== "lanczos" && svdSolver !== "randomized") {
    throw new RangeError(`svdSolver "${String(svdSolver)}" is not known; use "lanczos" or "randomized"`);
  }
  const mask = useHighlyVariable ? adata.var.numbers("highly_variable") : new Float64Array(adata.nVars).fill(1);
  const genes = Int32Array.from(mask.keys()).filter((j) => mask[j]);
  const matrix = useHighlyVariable ? adata.X.selectColumns(genes) : adata.X;
  const most = Math.min(...matrix.shape);
  const k = nComps ?? Math.max(1, Math.min(50, most - 1));
  if (!Number.isInteger(k) || k < 1 || k > most) {
    throw new RangeError(`nComps must be from 1 to ${most}, the smaller side of ${matrix.shape.join(" × ")}, not ${k}`);
  }
  const found = pcaOfMatrix(matrix, k, seed, svdSolver);
  const loadings = DenseMatrix.zeros([adata.nVars, k]);
  genes.forEach((gene, j) => {
    for (let c = 0; c < k; c++) loadings.data[gene * k + c] = found.components[c * genes.length + j]!;
  });
  adata.obsm["X_pca"] = new DenseMatrix([adata.nObs, k], Float32Array.from(found.scores));
  adata.varm["PCs"] = loadings;
  const params = { zero_center: true, use_highly_variable: useHighlyVariable ?? false, seed: seed ?? 0 };
  adata.uns = { ...adata.uns, pca: { variance: found.variance, variance_ratio: found.varianceRatio, params } };
  return adata;
}

/**
 * The first k principal components of a matrix.
 * @example
 * const { scores } = pp.pcaOfMatrix(adata.X, 10);
 */
export function pcaOfMatrix(matrix: Matrix, k: number, seed = 0, solver: PcaSolver = "lanczos"): Pca {
  const [rows, columns] = matrix.shape;
  const { mean, variance: geneVariance } = columnMoments(matrix);
  const operator = matrixOperator(matrix, mean);
  const { values, left, right } =
    solver === "lanczos" ? truncatedSvd(operator, k, { seed }) : randomizedSvd(operator, k, { seed });
  const scores = new Float64Array(rows * k);
  // Adding 0 turns -0 into 0.
  for (let c = 0; c < k; c++) for (let i = 0; i < rows; i++) scores[i * k + c] = left[c * rows + i]! * values[c]! + 0;
  const variance = values.map((value) => value ** 2 / (rows - 1));
  const total = geneVariance.reduce((sum, value) => sum + value, 0);
  return {
    scores,
    components: right.subarray(0, k * columns),
    variance,
    varianceRatio: variance.map((value) => value / total),
  };
}
