import type { AnnData } from "../anndata/anndata.js";
import { Frame } from "../anndata/frame.js";
import { toCsr } from "../anndata/matrix.js";
import { kolmogorovSmirnov } from "../stats/kolmogorov-smirnov.js";
import { quantile } from "../stats/describe.js";
import { columnMoments } from "../stats/moments.js";

/**
 * Compares simulated counts with real ones by what Splatter's users look at: the distributions of gene means and variances
 * (`ln(1 + x)` of counts scaled to the median total of the real cells), of zeros by gene and by cell, and of totals.
 *
 * @returns one row a property, with the medians (`real`, `simulated`), the median absolute difference of their sorted quantiles
 * (`difference`; Splatter's measure) and the Kolmogorov-Smirnov distance (`ks`).
 * @throws RangeError where one has no cells or genes with counts.
 * @example
 * datasets.compareSimulated(real, datasets.simulate(datasets.estimateSimulation(real)));
 */
export function compareSimulated(real: AnnData, simulated: AnnData): Frame {
  const target = quantile(
    real.X.rowSums().filter((total) => total > 0),
    0.5,
  );
  const [before, after] = [countProperties(real, target), countProperties(simulated, target)];
  const names = Object.keys(before) as (keyof CountProperties)[];
  const column = (value: (a: Float64Array, b: Float64Array) => number) =>
    Float64Array.from(names, (name) => value(before[name]!, after[name]!));
  return new Frame(names, {
    real: column((a) => quantile(a, 0.5)),
    simulated: column((_, b) => quantile(b, 0.5)),
    difference: column(quantileDifference),
    ks: column((a, b) => kolmogorovSmirnov(a, b, { method: "asymp" }).statistic),
  });
}

/** What {@link countProperties} gives. */
export type CountProperties = Record<"mean" | "variance" | "zeros_by_gene" | "zeros_by_cell" | "total", Float64Array>;

/**
 * The properties by which simulated counts are compared with real ones: `mean` and `variance` of every gene (`ln(1 + x)` of counts scaled to
 * a total of `target`), `zeros_by_gene` and `zeros_by_cell` as shares, and every cell's `total`.
 *
 * @param target - the same for all data compared.
 * @example
 * figures.simulatorComparison({ real: datasets.countProperties(real, 2000), simulated: datasets.countProperties(made, 2000) });
 */
export function countProperties(adata: AnnData, target: number): CountProperties {
  const matrix = toCsr(adata.X);
  const totals = matrix.rowSums();
  const { mean, variance } = columnMoments(matrix.scaleRows(totals.map((total) => (total > 0 ? target / total : 0))));
  return {
    mean: mean.map(Math.log1p),
    variance: variance.map(Math.log1p),
    zeros_by_gene: Float64Array.from(matrix.columnNonZeros(), (count) => 1 - count / adata.nObs),
    zeros_by_cell: Float64Array.from(matrix.rowNonZeros(), (count) => 1 - count / adata.nVars),
    total: totals,
  };
}

function quantileDifference(a: Float64Array, b: Float64Array): number {
  const shares = Float64Array.from({ length: 101 }, (_, k) => k / 100);
  return quantile(
    shares.map((share) => Math.abs(quantile(a, share) - quantile(b, share))),
    0.5,
  );
}
