import { AnnData } from "../anndata/anndata.js";
import { toCsr } from "../anndata/matrix.js";
import { resolveOptions } from "../options.js";
import { applyCountModel, type CountModel } from "./apply-count-model.js";
import { drawPerCell } from "./cell-severities.js";
import { momentsOfCountModel } from "./count-model-moments.js";
import { checkCountSeverity, COUNT_MECHANISMS, COUNT_SEVERITIES, type CountSeverity } from "./count-severity.js";
import { geneLengths } from "./gene-numbers.js";
import { REFERENCE_LENGTH } from "./integrity.js";
import { requireCounts } from "./require-counts.js";
import { bounds, type SeverityName } from "./severity.js";

/** Options of {@link counts}. */
export interface CountsOptions extends Partial<CountSeverity> {
  /** Where the mechanisms' severities come from that are not given. Default: "mixture". */
  severity?: SeverityName;
  /** Length in bases of which the share `integrity / 10` survives. Default: 2000. */
  referenceLength?: number;
  /** Default: 0. */
  seed?: number;
}

/**
 * Degrades raw counts by what happens to molecules, in this order:
 *
 * 1. fragmentation and thinning: each molecule is kept with probability `p = keep · (integrity / 10)^(length / referenceLength)`
 *    ({@link survival});
 * 2. capture loss: with probability `captureLoss` all molecules of a gene are lost in a cell;
 * 3. ambient contamination: Poisson molecules of the pool are added, so that they are the share `ambient` of the cell's expected total; the
 *    pool is the mean of all cells after loss;
 * 4. barcode swapping: each molecule is, with probability `swapping`, counted for a cell drawn from all.
 *
 * Counts stay whole numbers, a sparse matrix sparse (compressed columns become rows). {@link countMoments} has mean and variance in closed
 * form. A mechanism at the value that does nothing (integrity 10, keep 1, the others 0) leaves the others' draws of severities as they are.
 *
 * Reads counts in `X` and `var.length` (only where integrity is below 10). The result has copies of `obs` and `var`, each cell's severities in
 * `obs.integrity`, `obs.keep`, `obs.captureLoss`, `obs.ambient`, `obs.swapping`; `uns.degradation` records the options.
 *
 * @param options - or just the name of a severity.
 * @throws Error where `X` does not hold counts, or `var` has no `length` (run datasets.annotateGenes).
 * @throws RangeError where a severity is out of range.
 * @example
 * const damaged = degrade.counts(adata, { severity: "moderate", ambient: 0, seed: 1 });
 */
export function counts(adata: AnnData, options: CountsOptions | SeverityName = {}): AnnData {
  const { model, record } = resolveModel("degrade.counts", adata, options);
  const sparse = applyCountModel(toCsr(adata.X), model);
  const obs = adata.obs.copy();
  for (const name of COUNT_MECHANISMS) obs.set(name, model[name]);
  const X = adata.X.kind === "dense" ? sparse.toDense() : sparse;
  return new AnnData({ X, obs, var: adata.var.copy(), uns: { ...adata.uns, degradation: record } });
}

/** Mean and variance of every entry, cells × genes, row-major. */
export interface CountMoments {
  mean: Float64Array;
  variance: Float64Array;
}

/**
 * Mean and variance of every entry that {@link counts} returns for these options, over its draws, given the cells' severities (those that
 * `counts` draws with the same seed). With `m`, `v` the moments after loss and contamination,
 * `m = (1 - d) x p + a` and `v = (1 - d) x p (1 - p) + d (1 - d) (x p)² + a`, `d` the capture loss, `a` the ambient mean; `n` cells
 * and swapping `s` make of them `q m + Σ r m′` and `q² v + q (1 - q) m + Σ (r² v′ + r (1 - r) m′)`, the sums over the other cells,
 * `q = 1 - s + s / n`, `r = s′ / n`.
 *
 * Dense: meant for checks on small data.
 *
 * @example
 * const { mean, variance } = degrade.countMoments(adata, { severity: "severe" });
 */
export function countMoments(adata: AnnData, options: CountsOptions | SeverityName = {}): CountMoments {
  return momentsOfCountModel(toCsr(adata.X), resolveModel("degrade.countMoments", adata, options).model);
}

function resolveModel(verb: string, adata: AnnData, options: CountsOptions | SeverityName) {
  const given: CountsOptions = typeof options === "string" ? { severity: options } : options;
  const severity = given.severity ?? "mixture";
  if (!Object.hasOwn(COUNT_SEVERITIES, severity)) {
    throw new RangeError(`severity "${severity}" is not known; use ${Object.keys(COUNT_SEVERITIES).join(", ")}`);
  }
  const resolved = resolveOptions<Required<CountsOptions>>(verb, given, {
    ...COUNT_SEVERITIES[severity],
    severity,
    referenceLength: REFERENCE_LENGTH,
    seed: 0,
  });
  checkCountSeverity(resolved);
  const { referenceLength, seed } = resolved;
  if (!(referenceLength > 0 && referenceLength < Infinity)) {
    throw new RangeError(`referenceLength must be a positive number of bases, not ${referenceLength}`);
  }
  requireCounts(verb, adata.X);
  const perCell = COUNT_MECHANISMS.map((name) => [name, drawPerCell(name, resolved[name], adata.nObs, seed)]);
  const isIntact = bounds(resolved.integrity)[0] === 10;
  const relativeLength = isIntact
    ? new Float64Array(adata.nVars)
    : geneLengths(adata).map((length) => length / referenceLength);
  const model = { ...Object.fromEntries(perCell), relativeLength, seed } as CountModel;
  return { model, record: { ...resolved, mode: "counts" } };
}
