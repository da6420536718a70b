import { AnnData } from "../anndata/anndata.js";
import { DenseMatrix } from "../anndata/dense.js";
import type { Frame } from "../anndata/frame.js";
import { rowMajor } from "../anndata/matrix.js";
import type { BulkSeverity } from "../degrade/bulk-severity.js";
import { bulk } from "../degrade/bulk.js";
import { fitBulk } from "../degrade/fit-bulk.js";
import { paper } from "../degrade/paper.js";
import { random } from "../stats/random.js";
import { fitPaper } from "./fit-paper.js";
import { logProfiles } from "./log-profile.js";
import type { BulkPairs } from "./pairs.js";

/** A simulation fitted to pairs. */
export interface Simulator {
  /**
   * Degrades one well preserved sample with the severity of one of the pairs that the simulation was fitted to.
   *
   * @param sample - counts, one row.
   * @param like - row of that pair.
   * @returns counts of all genes.
   */
  degrade(sample: AnnData, like: number, seed: number): Float32Array;
  /** Pairs fitted to. */
  pairs: number;
}

/** A way to simulate: fits to pairs of samples. */
export type Mode = (pairs: BulkPairs) => Simulator;

/** A part of {@link bulkMode} that can be left out. */
export type BulkMechanism = "depth" | "length" | "GC" | "variability" | "gene effects";

/** The parts that can be left out. */
export const BULK_MECHANISMS: readonly BulkMechanism[] = ["depth", "length", "GC", "variability", "gene effects"];

const NEUTRAL: Readonly<Record<BulkMechanism, Partial<BulkSeverity>>> = {
  depth: { keep: 1 },
  length: { lengthSlope: 0 },
  GC: { gcSlope: 0, gcCurvature: 0 },
  variability: { variability: 0 },
  "gene effects": {},
};

/**
 * `degrade.bulk`, fitted by `degrade.fitBulk`.
 * @example
 * const sample = pairs.clean.select({ obs: [0] });
 * const counts = validate.bulkMode(pairs).degrade(sample, 1, 0);
 */
export const bulkMode: Mode = (pairs) => bulkSimulators(pairs).whole;

/** The fitted bulk simulation whole, and once without each of its parts, the others as fitted with it. */
export function bulkSimulators(pairs: BulkPairs): { whole: Simulator; without: Record<BulkMechanism, Simulator> } {
  const { samples, geneEffects } = fitBulk(pairs.clean, pairs.degraded);
  const simulator = (left?: BulkMechanism): Simulator => ({
    pairs: samples.length,
    degrade: (sample, like, seed) => {
      const severity = { ...valuesOf(samples, like), ...(left && NEUTRAL[left]) };
      const effects = left === "gene effects" ? undefined : geneEffects;
      return rowMajor(bulk(sample, { ...severity, geneEffects: effects, seed }).X).row(0);
    },
  });
  const without = Object.fromEntries(BULK_MECHANISMS.map((name) => [name, simulator(name)]));
  return { whole: simulator(), without: without as Record<BulkMechanism, Simulator> };
}

/**
 * Fewer reads and nothing else; all of them where the degraded samples were read more deeply.
 * @example
 * const sample = pairs.clean.select({ obs: [0] });
 * const counts = validate.thinningMode(pairs).degrade(sample, 1, 0);
 */
export const thinningMode: Mode = ({ clean, degraded }) => {
  const keep = readRatios(clean, degraded);
  return {
    pairs: clean.nObs,
    degrade: (sample, like, seed) => rowMajor(bulk(sample, { keep: Math.min(1, keep[like]!), seed }).X).row(0),
  };
};

/**
 * The paper's damage of log profiles ({@link fitPaper}), as counts: the damaged profile's shares of the reads that the degraded sample has,
 * rounded, since the fitted noise has the counting in it.
 * @example
 * const sample = pairs.clean.select({ obs: [0] });
 * const counts = validate.paperMode(pairs).degrade(sample, 1, 0);
 */
export const paperMode: Mode = (pairs) => {
  const severities = fitPaper(pairs);
  const keep = readRatios(pairs.clean, pairs.degraded);
  return {
    pairs: severities.length,
    degrade: (sample, like, seed) => {
      const damaged = rowMajor(paper(logProfiles(sample), { ...valuesOf(severities, like), seed }).X).row(0);
      const shares = damaged.map(Math.expm1);
      const total = shares.reduce((sum, value) => sum + value, 0);
      const reads = keep[like]! * sample.X.rowSums()[0]!;
      return shares.map((share) => Math.round(total > 0 ? (share / total) * reads : 0));
    },
  };
};

/**
 * The simulations that are held against real pairs.
 * @example
 * Object.entries(validate.MODES).map(([name, mode]) => `${name}: ${mode(pairs).pairs} pairs`);
 */
export const MODES: Readonly<Record<"paper" | "bulk" | "thinning", Mode>> = {
  paper: paperMode,
  bulk: bulkMode,
  thinning: thinningMode,
};

/**
 * Degrades every sample with the severity of a fitted pair drawn at random, so that simulated samples differ as real ones do.
 *
 * @param own - the row of each sample among the fitted pairs, which it is not given; none where it is not among them.
 * @returns counts, with copies of `obs` and `var`.
 * @throws RangeError where the simulation was fitted to fewer than two pairs.
 * @example
 * const simulated = validate.simulateAll(validate.thinningMode(pairs), pairs.clean, 0);
 */
export function simulateAll(simulator: Simulator, clean: AnnData, seed: number, own?: readonly number[]): AnnData {
  if (simulator.pairs < 2) throw new RangeError(`a simulation needs at least two pairs, not ${simulator.pairs}`);
  const severities = random(seed, "validate", "severities");
  const seeds = random(seed, "validate", "seeds");
  const rows = Array.from({ length: clean.nObs }, (_, i) => {
    let like = severities.integer(own ? simulator.pairs - 1 : simulator.pairs);
    if (own && like >= own[i]!) like++;
    return simulator.degrade(clean.select({ obs: [i] }), like, seeds.integer(2 ** 31));
  });
  return new AnnData({ X: DenseMatrix.fromRows(rows), obs: clean.obs.copy(), var: clean.var.copy() });
}

function readRatios(clean: AnnData, degraded: AnnData): Float64Array {
  const before = clean.X.rowSums();
  return degraded.X.rowSums().map((reads, i) => reads / before[i]!);
}

function valuesOf(samples: Frame, row: number): Record<string, number> {
  return Object.fromEntries(samples.columns.map((name) => [name, samples.numbers(name)[row]!]));
}
