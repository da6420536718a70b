import { median } from "simple-statistics";
import type { AnnData } from "../anndata/anndata.js";
import { Frame } from "../anndata/frame.js";
import { rowMajor } from "../anndata/matrix.js";
import { pearson } from "../metrics/pearson.js";
import { counts } from "./counts.js";
import { paper } from "./paper.js";
import { SEVERITIES, type SeverityName } from "./severity.js";

/** What damage did to the cells: medians over cells. */
export interface DamageDescription {
  /** Genes above zero in a cell, before. */
  genesClean: number;
  /** Genes above zero in a cell, after. */
  genesDegraded: number;
  /** Sum of a cell's values, before. */
  totalClean: number;
  /** Sum of a cell's values, after. */
  totalDegraded: number;
  /** Pearson's correlation of a cell with its clean self, over genes. */
  correlation: number;
}

/**
 * Compares degraded cells with their clean selves.
 *
 * @throws RangeError where the two differ in shape.
 * @example
 * pp.log1p(pp.normalizeTotal(clean));
 * degrade.describe(clean, degrade.paper(clean, "mild"));
 */
export function describe(clean: AnnData, degraded: AnnData): DamageDescription {
  if (clean.nObs !== degraded.nObs || clean.nVars !== degraded.nVars) {
    throw new RangeError(`clean is ${clean.shape.join(" × ")}, degraded is ${degraded.shape.join(" × ")}`);
  }
  const detected = (adata: AnnData) => {
    const genes = new Float64Array(adata.nObs);
    adata.X.forEachNonZero((i, _, value) => {
      if (value > 0) genes[i]!++;
    });
    return genes;
  };
  const correlations: number[] = [];
  const [before, after] = [rowMajor(clean.X), rowMajor(degraded.X)];
  for (let i = 0; i < clean.nObs; i++) {
    const correlation = pearson(before.row(i), after.row(i));
    if (!Number.isNaN(correlation)) correlations.push(correlation);
  }
  const middle = (values: ArrayLike<number>) => (values.length > 0 ? median(Array.from(values)) : NaN);
  return {
    genesClean: middle(detected(clean)),
    genesDegraded: middle(detected(degraded)),
    totalClean: middle(clean.X.rowSums()),
    totalDegraded: middle(degraded.X.rowSums()),
    correlation: middle(correlations),
  };
}

/**
 * What each named severity of {@link paper} does to these cells: one row a severity, the columns of {@link DamageDescription}.
 *
 * @param adata - log values, as for `paper`.
 * @example
 * degrade.describeSeverities(pp.log1p(pp.normalizeTotal(clean))); // a row a severity
 */
export function describeSeverities(adata: AnnData, options: { seed?: number } = {}): Frame {
  return tableOf(adata, (severity) => paper(adata, { severity, seed: options.seed ?? 0 }));
}

/**
 * The same for {@link counts}, of raw counts.
 * @example
 * degrade.describeCountSeverities(clean); // a row a severity
 */
export function describeCountSeverities(adata: AnnData, options: { seed?: number } = {}): Frame {
  return tableOf(adata, (severity) => counts(adata, { severity, seed: options.seed ?? 0 }));
}

function tableOf(adata: AnnData, degraded: (severity: SeverityName) => AnnData): Frame {
  const names = Object.keys(SEVERITIES) as SeverityName[];
  const rows = names.map((severity) => describe(adata, degraded(severity)));
  const columns = Object.keys(rows[0]!) as (keyof DamageDescription)[];
  return new Frame(names, Object.fromEntries(columns.map((name) => [name, rows.map((row) => row[name])])));
}
