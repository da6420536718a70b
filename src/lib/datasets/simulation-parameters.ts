/** A logistic curve of dropout: a value of mean m is lost with probability `1 / (1 + exp(-shape (ln m - midpoint)))`. */
export interface DropoutCurve {
  /** Logarithm of the mean at which half are lost. */
  midpoint: number;
  /** Negative: the more molecules, the less is lost. */
  shape: number;
}

/** What {@link simulate} draws from; as Splatter's parameters, under plain names. */
export interface SimulationParameters {
  /** Number of genes. */
  genes: number;
  /** Number of cells. */
  cells: number;
  /** Gene means are gamma numbers of this shape … */
  meanShape: number;
  /** … and rate. */
  meanRate: number;
  /** Share of genes that are far more abundant. */
  outlierProbability: number;
  /** Their factor over the median gene is log-normal: mean of its logarithm … */
  outlierLocation: number;
  /** … and standard deviation. */
  outlierScale: number;
  /** A cell's expected total is log-normal: mean of its logarithm … */
  libraryLocation: number;
  /** … and standard deviation. */
  libraryScale: number;
  /** Squared coefficient of variation beyond counting that all genes have. */
  dispersion: number;
  /** What is added to it for genes of mean m, over m. */
  dispersionTrend: number;
  /** Degrees of freedom with which genes' dispersions vary around it (chi-squared); Infinity: not at all. */
  dispersionDegrees: number;
  /** Dropout beyond counting; undefined: none. */
  dropout: DropoutCurve | undefined;
  /** Share of cells in each group or path, adding up to 1. */
  groups: readonly number[];
  /** Probability that a gene differs in a group (of several) or path … */
  deProbability: number;
  /** … that it is then lower … */
  deDownProbability: number;
  /** … and its log-normal factor: mean of its logarithm … */
  deLocation: number;
  /** … and standard deviation. */
  deScale: number;
  /** Share of cells in each batch, adding up to 1. */
  batches: readonly number[];
  /** Each gene has a log-normal factor in each batch: mean of its logarithm … */
  batchLocation: number;
  /** … and standard deviation. */
  batchScale: number;
}

/**
 * Splatter's defaults where it has them (Zappia, Phipson and Oshlack 2017); dispersions are our own form of its trend.
 * @example
 * datasets.SIMULATION_DEFAULTS.genes; // 2000
 */
export const SIMULATION_DEFAULTS: Readonly<SimulationParameters> = {
  genes: 2000,
  cells: 500,
  meanShape: 0.6,
  meanRate: 0.3,
  outlierProbability: 0.05,
  outlierLocation: 4,
  outlierScale: 0.5,
  libraryLocation: 9,
  libraryScale: 0.2,
  dispersion: 0.1,
  dispersionTrend: 0,
  dispersionDegrees: 60,
  dropout: undefined,
  groups: [1],
  deProbability: 0.1,
  deDownProbability: 0.5,
  deLocation: 0.1,
  deScale: 0.4,
  batches: [1],
  batchLocation: 0.1,
  batchScale: 0.1,
};

/**
 * Checks what has a range.
 *
 * @throws RangeError naming the parameter and what it may be.
 */
export function checkSimulation(parameters: SimulationParameters): void {
  for (const name of ["genes", "cells"] as const) {
    const value = parameters[name];
    if (!(Number.isInteger(value) && value >= 0)) throw new RangeError(`${name} must be a whole number, not ${value}`);
  }
  for (const name of ["outlierProbability", "deProbability", "deDownProbability"] as const) {
    const value = parameters[name];
    if (!(value >= 0 && value <= 1)) throw new RangeError(`${name} must be from 0 to 1, not ${value}`);
  }
  for (const name of ["meanShape", "meanRate", "dispersionDegrees"] as const) {
    if (!(parameters[name] > 0)) throw new RangeError(`${name} must be positive, not ${parameters[name]}`);
  }
  const spreads = ["outlierScale", "libraryScale", "dispersion", "dispersionTrend", "deScale", "batchScale"] as const;
  for (const name of spreads) {
    const value = parameters[name];
    if (!(value >= 0 && value < Infinity)) throw new RangeError(`${name} must be at least 0, not ${value}`);
  }
  for (const name of ["groups", "batches"] as const) {
    const shares = parameters[name];
    const sum = shares.reduce((total, share) => total + share, 0);
    if (shares.every((share) => share >= 0) && Math.abs(sum - 1) < 1e-9) continue;
    throw new RangeError(`${name} must be shares that add up to 1, not ${JSON.stringify(shares)}`);
  }
}
