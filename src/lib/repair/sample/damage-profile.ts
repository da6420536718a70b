import { AnnData } from "../../anndata/anndata.js";
import type { DenseMatrix } from "../../anndata/dense.js";
import type { COUNT_SEVERITIES } from "../../degrade/index.js";
import { counts } from "../../degrade/index.js";
import { geneLengths } from "../../degrade/gene-numbers.js";
import { fitLogLinear } from "../../degrade/log-linear-fit.js";
import { bootstrap } from "../../stats/bootstrap.js";
import { quantile } from "../../stats/describe.js";
import { chosenGenes, damageSeed } from "../training-data.js";

/** A gene counts for at most so many times its expectation: the most abundant would decide the slope else. */
const CAP = 10;
/** Share of the training cells between the ends of a range: the middle nine tenths. */
const ENDS = [0.05, 0.95] as const;
const RESAMPLES = 100;

/** Ends of a range. */
export type Range = readonly [low: number, high: number];

/** What genes show under the training damage; one value a gene of the model. */
export interface GeneExpectations {
  /** Share of the damaged training cells in which it is seen. */
  readonly detected: Float32Array;
  /** Mean count in a damaged training cell. */
  readonly count: Float32Array;
  /** Mean count in a clean training cell. */
  readonly clean: Float32Array;
  /** Length in bases. */
  readonly length: Float32Array;
}

/** What the training damage looks like: what other samples are held against. */
export interface DamageProfile {
  readonly genes: GeneExpectations;
  /** Genes seen in a cell, as a share of what is expected of an average one. */
  readonly detection: Range;
  /** Molecules in a cell, as a share of what is expected of an average one. */
  readonly depth: Range;
  /**
   * Change of the logarithm of counts, against clean cells, for each kilobase of length: from severe damage to none. Null where too
   * few genes of different length are seen to tell.
   */
  readonly slope: Range | null;
}

/**
 * Describes the damage of training cells by counts.
 *
 * @param cells - clean, with the counts of all genes in `raw` and `raw.var.length`.
 * @param genes - of the model.
 */
export function profileDamage(cells: AnnData, genes: readonly string[], seed: number): DamageProfile {
  const { X, var: features } = cells.raw!;
  const clean = new AnnData({ X, obs: cells.obs.copy(), var: features });
  const damaged = (severity: keyof typeof COUNT_SEVERITIES) =>
    chosenGenes(counts(clean, { severity, seed: damageSeed(seed, "profile", severity) }), genes);
  const intact = chosenGenes(clean, genes);
  const typical = damaged("mixture");
  const values = typical.X as DenseMatrix;
  const share = (sums: ArrayLike<number>) => Float32Array.from(sums, (sum) => sum / cells.nObs);
  const expected: GeneExpectations = {
    detected: share(values.columnNonZeros()),
    count: share(values.columnSums()),
    clean: share(intact.X.columnSums()),
    length: Float32Array.from(geneLengths(intact)),
  };
  const rangeOf = (own: ArrayLike<number>, all: number): Range => {
    const shares = Float64Array.from(own, (value) => value / all);
    return [quantile(shares, ENDS[0]), quantile(shares, ENDS[1])];
  };
  const total = (array: Float32Array) => array.reduce((sum, value) => sum + value, 0);
  return {
    genes: expected,
    detection: rangeOf(values.rowNonZeros(), total(expected.detected)),
    depth: rangeOf(values.rowSums(), total(expected.count)),
    slope: slopeRange(expected, damaged("severe").X.columnSums(), seed),
  };
}

/**
 * Change of the logarithm of genes' totals, against what clean training cells have of them, for each kilobase of length (as
 * `degrade.estimate` does without a reference). Below zero where long transcripts are lost.
 *
 * @param totals - one a gene; any scale.
 * @returns NaN where fewer than three genes of different length are seen.
 */
export function lengthSlope(genes: Pick<GeneExpectations, "clean" | "length">, totals: ArrayLike<number>): number {
  const { data, isUsable } = slopeData(genes, totals);
  return isUsable ? fitLogLinear(data).coefficients[1]! : NaN;
}

function slopeData({ clean, length }: Pick<GeneExpectations, "clean" | "length">, totals: ArrayLike<number>) {
  const used = Int32Array.from(clean.keys()).filter((j) => clean[j]! > 0);
  const counts = Float64Array.from(used, (j) => totals[j]!);
  const kilobases = Float64Array.from(used, (j) => length[j]! / 1000);
  const exposure = Float64Array.from(used, (j) => clean[j]!);
  return {
    data: { counts, exposure, covariates: [kilobases], cap: CAP },
    isUsable: new Set(kilobases).size >= 2 && counts.filter((count) => count > 0).length >= 3,
  };
}

/** From the slope of severe damage to none, widened by what chance makes of the genes chosen. */
function slopeRange(genes: GeneExpectations, severe: ArrayLike<number>, seed: number): Range | null {
  const { data, isUsable } = slopeData(genes, severe);
  if (!isUsable) return null;
  const whole = fitLogLinear(data);
  const slope = (rows: Int32Array) => fitLogLinear(data, rows, whole).coefficients[1]!;
  const options = { seed, resamples: RESAMPLES, method: "percentile" } as const;
  const { estimate, low, high } = bootstrap(data.counts.length, slope, options);
  return [low, Math.max(0, high - estimate)];
}
