import type { AnnData } from "../anndata/anndata.js";
import { Frame } from "../anndata/frame.js";
import { rowMajor } from "../anndata/matrix.js";
import { resolveOptions } from "../options.js";
import { quantile } from "../stats/describe.js";
import { logGamma } from "../stats/gamma.js";
import { bulkCovariates } from "./bulk-severity.js";
import { fitLogLinear } from "./log-linear-fit.js";
import { fitLogistic } from "./logistic-fit.js";
import { requireCounts } from "./require-counts.js";

/** Options of {@link summarize}. */
export interface SummarizeOptions {
  /** Each gene's expected share of all reads. Default: the mean share over the samples given. */
  reference?: ArrayLike<number>;
}

/** Reads at which detection is told. */
const DEPTHS = [1000, 3000, 10_000, 30_000, 100_000] as const;

/** A gene counts for at most so many times its expectation. */
const CAP = 10;

/**
 * Eleven numbers that tell how a bulk sample is degraded, by which real and simulated samples can be compared; none is its number of reads:
 *
 * - `length_slope`, `gc_slope`, `gc_curvature`: of the logarithm (base 2) of its counts relative to the reference, as in
 *   {@link bulk};
 * - `detection_1000` … `detection_100000`: share of genes expected among so many of its reads (hypergeometric; all reads where it has
 *   fewer);
 * - `dropout_midpoint`, `dropout_shape`: of the logistic curve of absence against the natural logarithm of the reference share;
 * - `variability`: robust standard deviation of the logarithm of count over expectation, of the thousand genes most expected;
 * - `tail`: share of the reads that the hundred most abundant genes have.
 *
 * Reads counts in `X`, `var.length` and `var.gc`; writes nothing. Compare samples summarised with one `reference` only.
 *
 * @throws Error where `X` does not hold counts or a column is missing; RangeError where the reference does not fit the genes.
 * @example
 * const table = degrade.summarize(samples); // one row a sample
 */
export function summarize(adata: AnnData, options: SummarizeOptions = {}): Frame {
  const { reference } = resolveOptions<SummarizeOptions>("degrade.summarize", options, { reference: undefined });
  requireCounts("degrade.summarize", adata.X);
  const share = Float64Array.from(reference ?? meanShares(adata));
  if (share.length !== adata.nVars) {
    throw new RangeError(`reference has ${share.length} genes, the data ${adata.nVars}; give a share for each gene`);
  }
  const { length, gc } = bulkCovariates(adata, true, true);
  const used = Int32Array.from(share.keys()).filter((j) => share[j]! > 0);
  const pick = (values: ArrayLike<number>) => Float64Array.from(used, (j) => values[j]!);
  const covariates = [pick(length), pick(gc), pick(gc).map((value) => value ** 2)];
  const exposure = pick(share);
  const logShare = exposure.map(Math.log);
  const expected = Int32Array.from(used.keys())
    .sort((a, b) => exposure[b]! - exposure[a]!)
    .subarray(0, 1000);
  const matrix = rowMajor(adata.X);
  const rows: Record<string, number>[] = [];
  for (let i = 0; i < adata.nObs; i++) {
    const all = Float64Array.from(matrix.row(i));
    const total = all.reduce((sum, value) => sum + value, 0);
    const counts = pick(all);
    if (total === 0) throw new RangeError(`sample ${adata.obsNames[i]} has no reads; leave it out`);
    const { coefficients } = fitLogLinear({ counts, exposure, covariates, cap: CAP });
    const dropout = fitLogistic(
      Array.from(logShare, (value) => [value]),
      counts.map((count) => Number(count === 0)),
      1e-6,
    );
    const logs = Float64Array.from(expected, (j) => Math.log((counts[j]! + 0.5) / (total * exposure[j]! + 0.5)));
    const center = quantile(logs, 0.5);
    const sorted = all.slice().sort().reverse();
    rows.push({
      length_slope: coefficients[1]! / Math.LN2,
      gc_slope: coefficients[2]! / Math.LN2,
      gc_curvature: coefficients[3]! / Math.LN2,
      ...Object.fromEntries(DEPTHS.map((depth) => [`detection_${depth}`, detection(all, total, depth)])),
      dropout_midpoint: -dropout[0]! / dropout[1]!,
      dropout_shape: dropout[1]!,
      variability: 1.4826 * quantile(logs.map((value) => Math.abs(value - center)), 0.5), // prettier-ignore
      tail: sorted.subarray(0, 100).reduce((sum, value) => sum + value, 0) / total,
    });
  }
  const names = Object.keys(rows[0] ?? {});
  return new Frame(
    adata.obsNames.slice(),
    Object.fromEntries(names.map((name) => [name, Float64Array.from(rows, (row) => row[name]!)])),
  );
}

/** The mean share of each gene over the samples with reads. */
function meanShares(adata: AnnData): Float64Array {
  const totals = adata.X.rowSums();
  const shares = new Float64Array(adata.nVars);
  const filled = totals.filter((total) => total > 0).length;
  adata.X.forEachNonZero((i, j, value) => (shares[j]! += value / totals[i]! / filled));
  return shares;
}

/** The share of genes expected among `depth` of the reads drawn without replacement. */
function detection(counts: Float64Array, total: number, depth: number): number {
  let genes = 0;
  for (const count of counts) {
    if (count === 0) continue;
    if (depth > total - count) genes++;
    else genes += 1 - Math.exp(logChoose(total - count, depth) - logChoose(total, depth));
  }
  return genes / counts.length;
}

function logChoose(n: number, k: number): number {
  return logGamma(n + 1) - logGamma(k + 1) - logGamma(n - k + 1);
}
