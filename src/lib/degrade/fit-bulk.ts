import type { AnnData } from "../anndata/anndata.js";
import { Frame } from "../anndata/frame.js";
import { rowMajor } from "../anndata/matrix.js";
import { quantile } from "../stats/describe.js";
import { bulkCovariates, type BulkSeverity } from "./bulk-severity.js";
import { type Residuals, sharedEffects, spreadAround, spreadOver, unexplained } from "./bulk-residuals.js";
import { fitLogLinear } from "./log-linear-fit.js";
import { requirePairs } from "./paired.js";

/** A gene counts for at most so many times its expectation. */
const CAP = 10;

/** What {@link fitBulk} finds. */
export interface FittedBulk {
  /** Medians over the samples; options of {@link bulk}. */
  severity: { [Name in keyof BulkSeverity]: number };
  /** What each gene's log2 changes beside length and GC in all samples alike, drawn towards 0 where that is uncertain. */
  geneEffects: Float64Array;
  /** One row a sample, a column each. */
  samples: Frame;
}

/**
 * Fits the model of {@link bulk} to pairs of samples, the same tissue once well preserved and once degraded: for each pair the
 * degraded count's expectation is the clean count times `2^(… length, GC, GC² …)`, by quasi-likelihood over the genes with clean
 * reads, each counting for at most ten times its expectation ({@link fitLogLinear}); `keep` is the ratio of all reads; what is left of the
 * logarithm, for genes with at least 20 reads expected, is split into a part that is each gene's own in all samples (`geneEffects`, with
 * two samples or more) and the spread around it in each sample (`variability`, from the median absolute deviation, less what counting
 * adds), the tissue's own variation between the two samples included.
 *
 * Reads counts in `X` of both, `length` and `gc` in `var` of `clean`.
 *
 * @throws RangeError where the two differ in shape or genes, or a sample has too few reads to fit.
 * @throws Error where one does not hold counts, or a column is missing.
 * @example
 * const { severity, geneEffects } = degrade.fitBulk(frozen, fixed);
 * const simulated = degrade.bulk(frozen, { ...severity, geneEffects });
 */
export function fitBulk(clean: AnnData, degraded: AnnData): FittedBulk {
  requirePairs("degrade.fitBulk", clean, degraded);
  const { length, gc } = bulkCovariates(clean, true, true);
  const [before, after] = [rowMajor(clean.X), rowMajor(degraded.X)];
  const names = ["keep", "lengthSlope", "gcSlope", "gcCurvature", "variability"] as const;
  const columns = Object.fromEntries(names.map((name) => [name, new Float64Array(clean.nObs)]));
  const residuals: Residuals[] = [];
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
    residuals.push(spreadOver(used, unexplained(data, coefficients), clean.nVars));
  }
  const shared = sharedEffects(residuals, clean.nVars);
  residuals.forEach((residual, i) => (columns["variability"]![i] = spreadAround(residual, shared, clean.nObs)));
  const severity = Object.fromEntries(names.map((name) => [name, quantile(columns[name]!, 0.5)]));
  return {
    severity: severity as FittedBulk["severity"],
    geneEffects: shared.effects.map(inLog2),
    samples: new Frame(clean.obsNames.slice(), columns),
  };
}

function inLog2(value: number): number {
  return value / Math.LN2;
}
