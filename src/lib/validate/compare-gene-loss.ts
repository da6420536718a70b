import type { Frame } from "../anndata/frame.js";
import { spearman } from "../metrics/spearman.js";
import { geneLengths } from "../degrade/gene-numbers.js";
import { resolveOptions } from "../options.js";
import { bootstrap } from "../stats/bootstrap.js";
import type { AnnData } from "../anndata/anndata.js";
import { meanShares } from "./mean-shares.js";
import type { BulkPairs } from "./pairs.js";
import type { Findings, ValidationRow } from "./record.js";
import { type Mode, MODES, simulateAll } from "./simulators.js";

/** Reads that a gene needs in all clean samples together for its loss to be told. */
const LEAST = 50;

/** Options of {@link compareGeneLoss}. */
export interface CompareGeneLossOptions {
  /** Default: 1000. */
  resamples?: number;
  /** Default: 0. */
  seed?: number;
}

/**
 * Whether the genes that a simulation, fitted to pairs, loses are those that another experiment finds degraded: Spearman's
 * correlation of DegNorm's degradation index (mean over its samples) with each gene's simulated loss, its interval by bootstrap over
 * genes. Beside them the real loss in the pairs, and length alone.
 *
 * @param indices - one row a gene symbol, one column a sample.
 * @throws RangeError where fewer than ten genes are in both.
 * @example
 * const indices = await datasets.table("rna_degradation", "degnorm_chr21_DI.csv.gz");
 * const { rows } = validate.compareGeneLoss(pairs, indices);
 */
export function compareGeneLoss(pairs: BulkPairs, indices: Frame, options: CompareGeneLossOptions = {}): Findings {
  const { resamples, seed } = resolveOptions<Required<CompareGeneLossOptions>>("validate.compareGeneLoss", options, {
    resamples: 1000,
    seed: 0,
  });
  const totals = pairs.clean.X.columnSums();
  const position = new Map(pairs.clean.varNames.map((name, j) => [name, j]));
  const matched = indices.index.flatMap((name, row) => {
    const gene = position.get(name);
    return gene !== undefined && totals[gene]! >= LEAST ? [{ row, gene }] : [];
  });
  if (matched.length < 10) {
    throw new RangeError(`${matched.length} of the ${indices.length} genes are in ${pairs.set}; ten are needed`);
  }
  const columns = indices.columns.map((name) => indices.numbers(name));
  const truth = matched.map(({ row }) => columns.reduce((sum, column) => sum + column[row]!, 0) / columns.length);
  const own = pairs.patients.map((_, row) => row);
  const losses: Record<string, Float64Array> = {
    "real pairs": lossByGene(pairs.clean, pairs.degraded),
    "length alone": geneLengths(pairs.clean),
  };
  for (const [name, mode] of Object.entries(MODES) as [string, Mode][]) {
    losses[name] = lossByGene(pairs.clean, simulateAll(mode(pairs), pairs.clean, seed, own));
  }
  const rows = Object.entries(losses).map(([mode, loss]): ValidationRow => {
    const values = matched.map(({ gene }) => loss[gene]!);
    const correlation = (drawn: Int32Array) =>
      spearman(
        Float64Array.from(drawn, (k) => values[k]!),
        Float64Array.from(drawn, (k) => truth[k]!),
      );
    const { estimate, low, high } = bootstrap(matched.length, correlation, { resamples, seed, method: "percentile" });
    const measure = "degradation index with loss by gene, Spearman";
    return {
      part: "tables",
      set: `DegNorm, ${pairs.set}`,
      mode,
      measure,
      value: estimate,
      low,
      high,
      n: matched.length,
    };
  });
  return { rows, curves: [], notes: [] };
}

/**
 * By how much each gene's mean share of the reads falls, log2, one count per million added to both.
 * @example
 * const loss = validate.lossByGene(pairs.clean, pairs.degraded);
 */
export function lossByGene(clean: AnnData, degraded: AnnData): Float64Array {
  const [before, after] = [meanShares(clean), meanShares(degraded)];
  return before.map((share, j) => Math.log2((1e6 * share + 1) / (1e6 * after[j]! + 1)));
}
