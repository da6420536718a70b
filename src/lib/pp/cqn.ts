import type { AnnData } from "../anndata/anndata.js";
import { DenseMatrix } from "../anndata/dense.js";
import { type Matrix, rowMajor } from "../anndata/matrix.js";
import { geneGc, geneLengths } from "../degrade/gene-numbers.js";
import { resolveOptions } from "../options.js";
import type { NormalMixture } from "../stats/normal-mixture.js";
import { type ConditionalQuantiles, conditionalQuantiles } from "./conditional-quantiles.js";

/** Options of {@link cqn}. */
export interface CqnOptions {
  /** The quantile that is regressed. Default: 0.5, the median. */
  tau?: number;
  /** Give the residuals of all samples one distribution (subset quantile normalisation). Default: true. */
  sqn?: boolean;
  /** Fit a smooth function of the length ("smooth"), or divide by the length ("fixed"). Default: "smooth". */
  lengthMethod?: "smooth" | "fixed";
  /** Names of the genes that are fitted. Default: those of mean count above `minMean`. */
  subindex?: readonly string[];
  /** See `subindex`. Default: 50, which suits bulk samples. */
  minMean?: number;
  /** Column of `obs` with each sample's size factor, such as its number of mapped reads. Default: the sum of its counts. */
  sizeFactors?: string;
}

/**
 * Conditional quantile normalisation (Hansen, Irizarry and Wu 2012): takes the effects of GC content and gene length, other in every
 * sample, out of counts. Equal to R's cqn but for the few genes that a sample's regression meets, which R ranks by rounding and which here
 * share the middle of their ranks (with `sqn` alone), and for R's interpolation of the mixture's quantiles, which here are exact. The
 * covariates are `var.gc` and `var.length` (datasets.annotateGenes), the same for every cell, for a gene's composition does not depend on
 * the cell.
 *
 * Rows are samples. Single cells have too few counts for the default: sum them to pseudo-bulk first (tl.aggregate), or lower
 * `minMean` to where at least half the fitted genes' counts are above 0, else the median is 0 whatever the covariates.
 *
 * Replaces `X` by normalised log2 expression per million (and, for "fixed", per kilobase), dense, and writes `layers.cqn_offset` (what was
 * added to `log2(counts + 1) - log2(size factor / 1e6)`) and `uns.cqn` (`offset0`, `grid1`, `func1`, …: the curves, samples × 101).
 *
 * @throws Error where `var` has no `length` or `gc`.
 * @throws RangeError where too few genes are fitted, a sample has no counts, or an option is out of range.
 * @example
 * pp.cqn(datasets.annotateGenes(bulk, { species: "human" }));
 */
export function cqn(adata: AnnData, options: CqnOptions = {}): AnnData {
  const { subindex, sizeFactors, ...resolved } = resolveOptions<CqnOptions>("pp.cqn", options, {
    tau: 0.5,
    sqn: true,
    lengthMethod: "smooth",
    subindex: undefined,
    minMean: 50,
    sizeFactors: undefined,
  });
  const found = cqnOfMatrix(adata.X, geneGc(adata), geneLengths(adata), {
    ...resolved,
    ...(subindex && { subindex: positionsOf(adata, subindex) }),
    ...(sizeFactors !== undefined && { sizeFactors: adata.obs.numbers(sizeFactors) }),
  });
  const [values, offsets] = [DenseMatrix.zeros(adata.shape), DenseMatrix.zeros(adata.shape)];
  for (let sample = 0; sample < adata.nObs; sample++) {
    const { y, offset } = found.sample(sample);
    offsets.data.set(offset, sample * adata.nVars);
    values.data.set(
      y.map((value, j) => value + offset[j]!),
      sample * adata.nVars,
    );
  }
  const { offset0, curves, coefficients } = found.fit;
  const ofCurves = curves.covariates.map(({ grid, knots }, c) => ({
    [`grid${c + 1}`]: grid,
    [`knots${c + 1}`]: knots,
    [`func${c + 1}`]: DenseMatrix.fromRows(coefficients.map((fit) => curves.curve(fit, c))),
  }));
  adata.X = values;
  adata.layers = { ...adata.layers, cqn_offset: offsets };
  adata.uns = { ...adata.uns, cqn: Object.assign({ offset0, params: { ...resolved } }, ...ofCurves) };
  return adata;
}

/** Options of {@link cqnOfMatrix}. */
export interface CqnMatrixOptions extends Omit<CqnOptions, "subindex" | "sizeFactors"> {
  /** The genes that are fitted. */
  subindex?: Int32Array;
  /** Of each sample. */
  sizeFactors?: Float64Array;
  /** A mixture of normal distributions in place of the one fitted to the residuals, for `sqn`. */
  mixture?: NormalMixture;
}

/** What {@link cqnOfMatrix} finds. */
export interface CqnOfMatrix {
  fit: ConditionalQuantiles;
  sizeFactors: Float64Array;
  subindex: Int32Array;
  /** log2 expression of a sample, and what must be added to normalise it, per gene. */
  sample(sample: number): { y: Float64Array; offset: Float64Array };
}

/**
 * As {@link cqn}, of a matrix of samples × genes; samples are normalised one by one when they are asked for.
 *
 * @param x - the covariate to condition on, such as GC content.
 * @param lengths - in bases.
 * @throws RangeError as {@link cqn}.
 * @example
 * const normalised = pp.cqnOfMatrix(bulk.X, bulk.var.numbers("gc"), bulk.var.numbers("length"));
 * const { y, offset } = normalised.sample(0);
 */
export function cqnOfMatrix(
  counts: Matrix,
  x: Float64Array,
  lengths: Float64Array,
  options: CqnMatrixOptions = {},
): CqnOfMatrix {
  const { tau = 0.5, sqn = true, lengthMethod = "smooth", minMean = 50, mixture } = options;
  if (lengthMethod !== "smooth" && lengthMethod !== "fixed") {
    throw new RangeError(`lengthMethod "${String(lengthMethod)}" is not known; use "smooth" or "fixed"`);
  }
  if (!(tau > 0 && tau < 1)) throw new RangeError(`tau must be above 0 and below 1, not ${tau}`);
  const rows = rowMajor(counts);
  const [samples, genes] = rows.shape;
  rows.forEachNonZero((i, j, value) => {
    if (!(value > 0 && value < Infinity)) {
      throw new RangeError(`cqn needs counts; sample ${i} has ${value} for gene ${j} (was X transformed already?)`);
    }
  });
  const sizeFactors = options.sizeFactors ?? rows.rowSums();
  const empty = sizeFactors.findIndex((size) => !(size > 0 && size < Infinity));
  if (empty >= 0) throw new RangeError(`the size factor of sample ${empty} is ${sizeFactors[empty]}; leave it out`);
  const sums = rows.columnSums();
  const subindex =
    options.subindex ?? Int32Array.from({ length: genes }, (_, j) => j).filter((j) => sums[j]! / samples > minMean);
  const kilobases = lengths.map((length) => Math.log2(length / 1000));
  const y = (sample: number) => {
    const size = Math.log2(sizeFactors[sample]! / 1e6);
    const row = rows.row(sample);
    return Float64Array.from(
      row,
      (count, j) => Math.log2(count + 1) - size - (lengthMethod === "fixed" ? kilobases[j]! : 0),
    );
  };
  const fit = conditionalQuantiles({
    y,
    samples,
    covariates: lengthMethod === "fixed" ? { x } : { x, length: kilobases },
    subset: subindex,
    tau,
    sqn,
    ...(mixture && { mixture }),
  });
  return {
    fit,
    sizeFactors,
    subindex,
    sample(sample) {
      const values = y(sample);
      return { y: values, offset: fit.offset(values, fit.coefficients[sample]) };
    },
  };
}

function positionsOf(adata: AnnData, genes: readonly string[]): Int32Array {
  const places = new Map(adata.varNames.map((name, j) => [name, j]));
  const unknown = genes.filter((gene) => !places.has(gene));
  if (unknown.length > 0) throw new RangeError(`pp.cqn: no gene is called ${unknown.join(", ")}; see var`);
  return Int32Array.from(new Set(genes), (gene) => places.get(gene)!).sort();
}
