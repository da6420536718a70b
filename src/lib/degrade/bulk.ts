import { AnnData } from "../anndata/anndata.js";
import { toCsr } from "../anndata/matrix.js";
import { resolveOptions } from "../options.js";
import { drawBinomial } from "../stats/draw-binomial.js";
import { drawPoisson } from "../stats/draw-poisson.js";
import { normalSf } from "../stats/normal.js";
import { random } from "../stats/random.js";
import {
  type BulkSeverity,
  BULK_SEVERITIES,
  checkBulkSeverity,
  checkGeneEffects,
  weightedCovariates,
} from "./bulk-severity.js";
import { drawPerCell } from "./cell-severities.js";
import { dropZeros } from "./drop-zeros.js";
import type { ValueMoments } from "./moments.js";
import { requireCounts } from "./require-counts.js";

/** Options of {@link bulk}. */
export interface BulkOptions extends Partial<BulkSeverity> {
  /** Where the values come from that are not given. Default: "intact", which does nothing. */
  severity?: keyof typeof BULK_SEVERITIES;
  /** Added to each gene's log2 weight, in all samples alike. Default: none. */
  geneEffects?: ArrayLike<number>;
  /** Default: 0. */
  seed?: number;
}

/**
 * Degrades the read counts of bulk samples as formalin fixation does. A gene's expected count is multiplied by
 * `q = keep · w / w̄`, `log2 w = lengthSlope · log2(length / 2000) + gcSlope · (gc - 0.5) + gcCurvature · (gc - 0.5)² + geneEffects`, `w̄` the mean of
 * `w` over the sample's reads, so that the share `keep` of all reads is expected; each gene in each sample varies around it
 * by a log-normal factor `g` with mean 1, `variability` the standard deviation of its logarithm. Of the reads the share `q g` is kept
 * (binomial); where `q g` is above 1 all are kept and `q g - 1` times as many are added (Poisson). {@link bulkMoments} has mean and
 * variance. Both strands are treated
 * alike: the model knows genes, not reads.
 *
 * Reads counts in `X`, `var.length` and `var.gc` (each only where its slope is not 0). The result has copies of `obs` and `var`, each
 * sample's values in `obs`, and the options in `uns.degradation`. Counts stay whole numbers.
 *
 * @throws Error where `X` does not hold counts, or a column is missing (run datasets.annotateGenes).
 * @throws RangeError where a value is out of range.
 * @example
 * const fixed = degrade.bulk(samples, { keep: 0.05, lengthSlope: -0.3, variability: 0.5, seed: 1 });
 */
export function bulk(adata: AnnData, options: BulkOptions = {}): AnnData {
  const severity = options.severity ?? "intact";
  if (!Object.hasOwn(BULK_SEVERITIES, severity)) {
    throw new RangeError(`severity "${severity}" is not known; use ${Object.keys(BULK_SEVERITIES).join(", ")}`);
  }
  const resolved = resolveOptions<Required<Omit<BulkOptions, "geneEffects">> & Pick<BulkOptions, "geneEffects">>(
    "degrade.bulk",
    options,
    {
      ...BULK_SEVERITIES[severity],
      severity,
      geneEffects: undefined,
      seed: 0,
    },
  );
  checkBulkSeverity(resolved);
  const { geneEffects, ...record } = resolved;
  checkGeneEffects(geneEffects, adata.nVars);
  requireCounts("degrade.bulk", adata.X);
  const { seed } = resolved;
  const perSample = Object.keys(BULK_SEVERITIES.intact).map((name) => [
    name,
    drawPerCell(name, resolved[name as keyof BulkSeverity], adata.nObs, seed),
  ]) as [keyof BulkSeverity, Float64Array][];
  const values = Object.fromEntries(perSample) as Record<keyof BulkSeverity, Float64Array>;
  const weight = weightedCovariates(adata, resolved, values, geneEffects);

  const matrix = toCsr(adata.X);
  const { indices, indptr } = matrix;
  const data = new Float32Array(matrix.nnz);
  const factorStream = random(seed, "degrade", "bulk", "factor");
  const readStream = random(seed, "degrade", "bulk", "reads");
  const weights = new Float64Array(adata.nVars);
  for (let i = 0; i < adata.nObs; i++) {
    weight(i, weights);
    const [start, end] = [indptr[i]!, indptr[i + 1]!];
    const scale = values.keep[i]! / readMean(matrix.data, indices, start, end, weights);
    const spread = values.variability[i]!;
    for (let at = start; at < end; at++) {
      const factor = spread > 0 ? Math.exp(spread * factorStream.normal() - spread ** 2 / 2) : 1;
      const share = scale * weights[indices[at]!]! * factor;
      const count = matrix.data[at]!;
      data[at] = drawBinomial(readStream, count, share) + drawPoisson(readStream, count * (share - 1));
    }
  }
  const sparse = dropZeros(matrix.shape, data, indices, indptr);
  const obs = adata.obs.copy();
  for (const [name, column] of perSample) obs.set(name, column);
  return new AnnData({
    X: adata.X.kind === "dense" ? sparse.toDense() : sparse,
    obs,
    var: adata.var.copy(),
    uns: { ...adata.uns, degradation: { ...record, mode: "bulk" } },
  });
}

/** Mean of the genes' weights over a sample's reads; 1 where it has none. */
function readMean(data: Float32Array, indices: Int32Array, start: number, end: number, weights: Float64Array): number {
  let sum = 0;
  let reads = 0;
  for (let at = start; at < end; at++) {
    sum += data[at]! * weights[indices[at]!]!;
    reads += data[at]!;
  }
  return reads > 0 ? sum / reads : 1;
}

/**
 * Mean and variance of a count after {@link bulk}: `x q`, and `x E[v(q g)] + (x q)² (exp(σ²) - 1)` with `v(s) = s (1 - s)` up to 1 and
 * `s - 1` beyond. With `z = -ln q / σ` and the normal distribution Φ, `E[v(q g)] = q - q² exp(σ²) Φ(z - 3σ/2) - 1 + Φ(z + σ/2)`.
 *
 * @param q - the gene's expected share in the sample, `keep · w / w̄`.
 * @param variability - σ.
 * @example
 * degrade.bulkMoments(100, 0.2, 0).variance; // 16
 */
export function bulkMoments(count: number, q: number, variability: number): ValueMoments {
  const mean = count * q;
  if (q === 0) return { mean, variance: 0 };
  if (variability === 0) return { mean, variance: count * (q <= 1 ? q * (1 - q) : q - 1) };
  const z = -Math.log(q) / variability;
  const growth = Math.exp(variability ** 2);
  const within = q - q ** 2 * growth * normalSf(1.5 * variability - z) - normalSf(z + variability / 2);
  return { mean, variance: count * within + (growth - 1) * mean ** 2 };
}
