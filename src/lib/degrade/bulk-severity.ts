import type { AnnData } from "../anndata/anndata.js";
import { geneGc, geneLengths } from "./gene-numbers.js";
import { REFERENCE_LENGTH } from "./integrity.js";
import { bounds, checkSeverity, type Severity } from "./severity.js";

/** How bulk samples are degraded by {@link bulk}: one value for all, or a range from which each sample draws its own. */
export interface BulkSeverity {
  /** Share of the reads; above 1 where the degraded sample was read more deeply. */
  keep: Severity;
  /** Change of a gene's log2 for each doubling of its length. */
  lengthSlope: Severity;
  /** Change of a gene's log2 for each unit of GC (from none to all). */
  gcSlope: Severity;
  /** Change of a gene's log2 for the square of GC's distance from one half. */
  gcCurvature: Severity;
  /** Standard deviation of the logarithm of a gene's factor in a sample. */
  variability: Severity;
}

/**
 * Named severities of {@link bulk}. "mild" and "severe" span the middle half of what {@link fitBulk} finds in two published series of
 * pairs: kidney tissue, well preserved and read as deeply as its partner (Eikrem 2016, 32 pairs), and sarcomas with few reads left
 * (Lesluyes 2016, 41 pairs).
 * @example
 * const fixed = degrade.bulk(samples, { ...degrade.BULK_SEVERITIES.mild, keep: 0.5, seed: 1 });
 */
export const BULK_SEVERITIES = {
  intact: { keep: 1, lengthSlope: 0, gcSlope: 0, gcCurvature: 0, variability: 0 },
  mild: {
    keep: [0.83, 1.6],
    lengthSlope: [0.03, 0.1],
    gcSlope: [-1, 1.9],
    gcCurvature: [2.9, 8.4],
    variability: [0.27, 0.38],
  },
  severe: {
    keep: [0.006, 0.12],
    lengthSlope: [-0.02, 0.41],
    gcSlope: [-3.3, 4.4],
    gcCurvature: [-6.3, 4.4],
    variability: [0.52, 1.05],
  },
} as const satisfies Record<string, BulkSeverity>;

/**
 * Checks all five.
 *
 * @throws RangeError naming the one that is out of range.
 */
export function checkBulkSeverity(severity: BulkSeverity): void {
  checkSeverity("keep", severity.keep, Infinity);
  checkSeverity("variability", severity.variability, Infinity);
  for (const name of ["lengthSlope", "gcSlope", "gcCurvature"] as const) {
    const [low, high] = bounds(severity[name]);
    if (Number.isFinite(low) && Number.isFinite(high) && low <= high) continue;
    throw new RangeError(`${name} must be a number, or a range [low, high]; it is ${JSON.stringify(severity[name])}`);
  }
}

/**
 * Checks that there is one finite effect a gene.
 *
 * @throws RangeError where there is not.
 */
export function checkGeneEffects(effects: ArrayLike<number> | undefined, genes: number): void {
  if (effects === undefined) return;
  if (effects.length !== genes)
    throw new RangeError(`geneEffects has ${effects.length} values; there are ${genes} genes`);
  const bad = Array.from(effects).findIndex((effect) => !Number.isFinite(effect));
  if (bad >= 0) throw new RangeError(`geneEffects of gene ${bad} is ${effects[bad]}; it must be a number`);
}

/** Genes' length and GC as the model of {@link bulk} uses them. */
export interface BulkCovariates {
  /** log2 of the length over 2000 bases. */
  length: Float64Array;
  /** GC - 0.5. */
  gc: Float64Array;
}

/** The covariates of all genes; zeros for what is not used and may be missing. */
export function bulkCovariates(adata: AnnData, usesLength: boolean, usesGc: boolean): BulkCovariates {
  const none = new Float64Array(adata.nVars);
  return {
    length: usesLength ? geneLengths(adata).map((length) => Math.log2(length / REFERENCE_LENGTH)) : none,
    gc: usesGc ? geneGc(adata).map((gc) => gc - 0.5) : none,
  };
}

/** A function that writes the genes' weights w in sample `i`. */
export function weightedCovariates(
  adata: AnnData,
  severity: BulkSeverity,
  perSample: Record<keyof BulkSeverity, Float64Array>,
  geneEffects?: ArrayLike<number>,
): (i: number, weights: Float64Array) => void {
  const isUsed = (name: keyof BulkSeverity) => bounds(severity[name]).some((value) => value !== 0);
  const { length, gc } = bulkCovariates(adata, isUsed("lengthSlope"), isUsed("gcSlope") || isUsed("gcCurvature"));
  return (i, weights) => {
    const [a, b, c] = [perSample.lengthSlope[i]!, perSample.gcSlope[i]!, perSample.gcCurvature[i]!];
    for (let j = 0; j < weights.length; j++) {
      weights[j] = 2 ** (a * length[j]! + b * gc[j]! + c * gc[j]! ** 2 + (geneEffects?.[j] ?? 0));
    }
  };
}
