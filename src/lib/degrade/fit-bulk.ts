import type { AnnData } from "../anndata/anndata.js";
import { Frame } from "../anndata/frame.js";
import { rowMajor } from "../anndata/matrix.js";
import { quantile } from "../stats/describe.js";
import { bulkCovariates, type BulkSeverity } from "./bulk-severity.js";
import { fitLogLinear, type LogLinearData } from "./log-linear-fit.js";
import { requirePairs } from "./paired.js";

/** A gene counts for at most so many times its expectation. */
const CAP = 10;

/** From so many expected reads on, the logarithm of a count varies little by chance; fewer where too few genes have as many. */
const CERTAIN = 20;

/** What {@link fitBulk} finds. */
export interface FittedBulk {
  /** Medians over the samples; options of {@link bulk}. */
  severity: { [Name in keyof BulkSeverity]: number };
  /** One row a sample, a column each. */
  samples: Frame;
}

/**
 * Fits the model of {@link bulk} to pairs of samples, the same tissue once well preserved and once degraded: for each pair the
 * degraded count's expectation is the clean count times `2^(… length, GC, GC² …)`, by quasi-likelihood over the genes with clean
 * reads, each counting for at most ten times its expectation ({@link fitLogLinear}); `keep` is the ratio of all reads; `variability` is the spread of the
 * logarithm of what is not explained (from the median absolute deviation over genes with at least {@link CERTAIN} reads expected, less what
 * counting adds), the tissue's own variation between the two samples included.
 *
 * Reads counts in `X` of both, `length` and `gc` in `var` of `clean`.
 *
 * @throws RangeError where the two differ in shape or genes, or a sample has too few reads to fit.
 * @throws Error where one does not hold counts, or a column is missing.
 * @example
 * const { severity } = degrade.fitBulk(frozen, fixed);
 * const simulated = degrade.bulk(frozen, severity);
 */
export function fitBulk(clean: AnnData, degraded: AnnData): FittedBulk {
  requirePairs("degrade.fitBulk", clean, degraded);
  const { length, gc } = bulkCovariates(clean, true, true);
  const [before, after] = [rowMajor(clean.X), rowMajor(degraded.X)];
  const names = ["keep", "lengthSlope", "gcSlope", "gcCurvature", "variability"] as const;
  const columns = Object.fromEntries(names.map((name) => [name, new Float64Array(clean.nObs)]));
  for (let i = 0; i < clean.nObs; i++) {
    const [exposure, counts] = [before.row(i), after.row(i)];
    const used = Int32Array.from(exposure.keys()).filter((j) => exposure[j]! > 0);
    const reads = counts.reduce((sum, value) => sum + value, 0);
    if (used.length < 10 || !used.some((j) => counts[j]! > 0)) {
      throw new RangeError(
        `degrade.fitBulk: sample ${clean.obsNames[i]} has ${used.length} genes with clean reads and ${reads} degraded ` +
          `reads, too few to fit; leave it out`,
      );
    }
    const pick = (values: ArrayLike<number>) => Float64Array.from(used, (j) => values[j]!);
    const covariates = [pick(length), pick(gc), pick(gc).map((value) => value ** 2)];
    const data = { counts: pick(counts), exposure: pick(exposure), covariates, cap: CAP };
    const { coefficients } = fitLogLinear(data);
    columns["keep"]![i] = reads / exposure.reduce((sum, value) => sum + value, 0);
    columns["lengthSlope"]![i] = coefficients[1]! / Math.LN2;
    columns["gcSlope"]![i] = coefficients[2]! / Math.LN2;
    columns["gcCurvature"]![i] = coefficients[3]! / Math.LN2;
    columns["variability"]![i] = unexplained(data, coefficients);
  }
  const severity = Object.fromEntries(names.map((name) => [name, quantile(columns[name]!, 0.5)]));
  return { severity: severity as FittedBulk["severity"], samples: new Frame(clean.obsNames.slice(), columns) };
}

/** Standard deviation of the logarithm of the genes' factors. */
function unexplained({ counts, exposure, covariates }: LogLinearData, coefficients: Float64Array): number {
  const means = exposure.map((value, j) =>
    covariates.reduce((mean, covariate, k) => mean * Math.exp(coefficients[k + 1]! * covariate[j]!), value),
  );
  const scale = Math.exp(coefficients[0]!);
  const sorted = means.map((mean) => scale * mean).sort();
  // A hundred genes at least, so that shallow samples have a value too.
  const least = Math.min(CERTAIN, sorted[Math.max(0, sorted.length - 100)]!);
  const logs: number[] = [];
  const noises: number[] = [];
  means.forEach((mean, j) => {
    if (scale * mean < least) return;
    logs.push(Math.log((counts[j]! + 0.5) / (scale * mean + 0.5)));
    noises.push(1 / (scale * mean + 0.5));
  });
  const center = quantile(logs, 0.5);
  const spread =
    1.4826 *
    quantile(
      logs.map((value) => Math.abs(value - center)),
      0.5,
    );
  return Math.sqrt(Math.max(0, spread ** 2 - quantile(noises, 0.5)));
}
