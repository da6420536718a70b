import type { AnnData } from "../anndata/anndata.js";
import { annotateGenes } from "../datasets/annotate-genes.js";
import { load } from "../datasets/load.js";

/** The same tissues once well preserved and once degraded. */
export interface BulkPairs {
  set: string;
  /** Counts of the well preserved samples, with `var.length` and `var.gc`. */
  clean: AnnData;
  /** Row i is of the same tissue as row i of `clean`. */
  degraded: AnnData;
  /** The patient of each row: rows of one patient are never on both sides of a split. */
  patients: string[];
  /** Whether a row is of a tumour, where the set has normal tissue too. */
  isTumour?: boolean[];
}

/**
 * The data sets of pairs, by the name under which their figures are reported.
 * @example
 * datasets.info(validate.PAIR_SETS.ccrcc).available;
 */
export const PAIR_SETS = { sarcoma: "ffpe_sarcoma_lesluyes2016", ccrcc: "ffpe_ccrcc_eikrem2016" } as const;

/** Name of a set of pairs. */
export type PairSet = keyof typeof PAIR_SETS;

/**
 * Loads a set of pairs; genes whose length is not known are left out.
 *
 * @throws FileError where its files are not there (`datasets.info(name).available` tells before).
 * @example
 * const { clean, degraded } = await validate.loadPairs("ccrcc");
 */
export async function loadPairs(set: PairSet): Promise<BulkPairs> {
  const all = annotateGenes(await load(PAIR_SETS[set]), { species: "human" });
  const { values: known } = all.var.get("length_known") as { values: Uint8Array };
  const fixed = all.obs.strings("preservation").map((value) => value === "ffpe");
  const genes = Array.from(known, (value) => value === 1);
  const clean = all.select({ obs: fixed.map((value) => !value), var: genes });
  const degraded = all.select({ obs: fixed, var: genes });
  // "NR9-ffpe": normal tissue of patient 9.
  const parts = degraded.obsNames.map((name) => /^([NT])R(\d+)-/.exec(name));
  if (parts.some((part) => part === null)) return { set, clean, degraded, patients: degraded.obsNames.slice() };
  return {
    set,
    clean,
    degraded,
    patients: parts.map((part) => part![2]!),
    isTumour: parts.map((part) => part![1] === "T"),
  };
}

/**
 * Some rows of the pairs, in the order given.
 * @example
 * validate.selectPairs(pairs, [0, 2]).clean.nObs; // 2
 */
export function selectPairs(pairs: BulkPairs, rows: readonly number[]): BulkPairs {
  const pick = <T>(values: readonly T[]) => rows.map((row) => values[row]!);
  return {
    set: pairs.set,
    clean: pairs.clean.select({ obs: Int32Array.from(rows) }),
    degraded: pairs.degraded.select({ obs: Int32Array.from(rows) }),
    patients: pick(pairs.patients),
    ...(pairs.isTumour && { isTumour: pick(pairs.isTumour) }),
  };
}
