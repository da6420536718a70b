import type { AnnData } from "../anndata/anndata.js";
import { rowMajor } from "../anndata/matrix.js";
import { judge, type Case, rowsOf } from "../degrade/discriminate.js";
import { summarize } from "../degrade/summarize.js";
import { rocAuc } from "../metrics/roc.js";
import { choleskySolve } from "../stats/cholesky.js";
import { columnMoments } from "../stats/moments.js";
import { logProfiles } from "./log-profile.js";

/** Penalty on the coefficients of z-scores, the default of `degrade.discriminate`. */
const RIDGE = 1;

/** Genes that the summaries are made of. */
const SUMMARY_GENES = 6000;

/**
 * Each sample's summaries by `degrade.summarize`, of the genes with the largest share in the reference only: the others are hardly ever
 * seen, and cost most of the time.
 *
 * @param reference - each gene's share of the reads, the same for all samples compared.
 */
export function summaries(samples: AnnData, reference: Float64Array): Float64Array[] {
  const order = Int32Array.from(reference.keys()).sort((a, b) => reference[b]! - reference[a]! || a - b);
  const genes = order.subarray(0, SUMMARY_GENES).sort();
  const share = Float64Array.from(genes, (j) => reference[j]!);
  return rowsOf(summarize(samples.select({ var: genes }), { reference: share }));
}

/** Rows of two kinds. */
export interface TwoKinds {
  real: Float64Array[];
  other: Float64Array[];
}

/** Area under the ROC curve of a logistic regression on `trained`, judged on `judged`. */
export function separateBySummaries(trained: TwoKinds, judged: TwoKinds): number {
  return judge([...cases(trained, true), ...cases(judged, false)], RIDGE);
}

function cases({ real, other }: TwoKinds, isTrained: boolean): Case[] {
  return [...real.map((row) => ({ row, label: 1, isTrained })), ...other.map((row) => ({ row, label: 0, isTrained }))];
}

/**
 * The same of all genes' log profiles, z-scored by the training samples: least squares with a penalty as large as the mean square of a
 * sample, in its dual form.
 */
export function separateByGenes(trained: [AnnData, AnnData], judged: [AnnData, AnnData]): number {
  const rows = [...trained, ...judged].flatMap((samples) => {
    const matrix = rowMajor(logProfiles(samples).X);
    return Array.from({ length: samples.nObs }, (_, i) => matrix.row(i));
  });
  const count = trained[0].nObs + trained[1].nObs;
  const { mean, variance } = columnMoments(logProfiles(trained[0]).X.toDense());
  const scaled = rows.map((row) =>
    Float64Array.from(row, (value, j) => (variance[j]! > 1e-6 ? (value - mean[j]!) / Math.sqrt(variance[j]!) : 0)),
  );
  const product = (a: Float64Array, b: Float64Array) => a.reduce((sum, value, j) => sum + value * b[j]!, 0);
  const kernel = new Float64Array(count * count);
  let trace = 0;
  for (let i = 0; i < count; i++) {
    for (let k = 0; k <= i; k++) kernel[i * count + k] = kernel[k * count + i] = product(scaled[i]!, scaled[k]!);
    trace += kernel[i * count + i]!;
  }
  for (let i = 0; i < count; i++) kernel[i * count + i]! += trace / count;
  const labels = Float64Array.from({ length: count }, (_, i) => (i < trained[0].nObs ? 1 : -1));
  const weights = choleskySolve(kernel, count, labels);
  const others = scaled.slice(count);
  const scores = others.map((row) => weights.reduce((sum, weight, k) => sum + weight * product(row, scaled[k]!), 0));
  return rocAuc(
    Uint8Array.from(others, (_, i) => Number(i < judged[0].nObs)),
    Float64Array.from(scores),
  );
}
