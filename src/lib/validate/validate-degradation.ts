import type { AnnData } from "../anndata/anndata.js";
import { annotateGenes } from "../datasets/annotate-genes.js";
import { info } from "../datasets/catalogue.js";
import { load } from "../datasets/load.js";
import { pbmc3k } from "../datasets/pbmc3k.js";
import { table } from "../datasets/table.js";
import { resolveOptions } from "../options.js";
import { filterCells } from "../pp/filter-cells.js";
import { filterGenes } from "../pp/filter-genes.js";
import { METHODS } from "../repair/methods.js";
import { prepare } from "../repair/task.js";
import { compareGeneLoss } from "./compare-gene-loss.js";
import { compareProtein, PROTEIN_PAIRS } from "./compare-protein.js";
import { compareSimulations } from "./compare-simulations.js";
import { loadPairs, PAIR_SETS, type PairSet } from "./pairs.js";
import type { Findings } from "./record.js";
import { repairPairs } from "./repair-pairs.js";

/** A question of the validation. */
export type ValidationPart = "pairs" | "tables" | "repair" | "protein";

/** Options of {@link validateDegradation}. */
export interface ValidateDegradationOptions {
  /** Random halvings of the patients. Default: 20. */
  repeats?: number;
  /** Questions to answer. Default: all four. */
  parts?: readonly ValidationPart[];
  /** Sets of pairs. Default: all. */
  sets?: readonly PairSet[];
  /** Whether networks are trained. Default: true. */
  networks?: boolean;
  /** Default: 0. */
  seed?: number;
  /** Told what is going on. */
  onProgress?: (line: string) => void;
}

/** What {@link validateDegradation} finds; plain data, as written to `validation.json`. */
export interface ValidationReport extends Findings {
  repeats: number;
  seed: number;
  /** Sets whose files are not on this machine; nothing is reported of them. */
  missing: string[];
}

const PARTS: readonly ValidationPart[] = ["pairs", "tables", "repair", "protein"];
const PROTEIN_SETS = ["citeseq_pbmc_mimitou2019", "citeseq_pbmc_5k", "citeseq_pbmc_10k"] as const;

/** What no run can change. */
const LIMITS = [
  "Bulk pairs are not single cells: a tissue's degradation says nothing of cells that break, of ambient RNA or of swapped barcodes.",
  "The two samples of a pair are different pieces of one tissue, prepared by different kits: their differences are not damage alone.",
  "No public counts of blood cells processed with delay could be had, so damage of living cells before processing is not validated.",
  "The degradation-time statistics (qsva) are by Ensembl transcript, and no table from transcripts to genes is at hand: they are not used.",
  "The cord blood CITE-seq set has no gene names, so it cannot be joined with proteins' genes.",
];

/**
 * The orthogonal validation of simulated degradation against real degraded RNA, as far as the data sets are there:
 *
 * - "pairs": {@link compareSimulations}, preserved against fresh tissue, and which mechanism matters;
 * - "tables": {@link compareGeneLoss}, degradation indices of another experiment;
 * - "repair": {@link repairPairs}, whether repair brings real degraded samples nearer to their partners;
 * - "protein": {@link compareProtein}, whether RNA agrees with protein again after repair.
 *
 * The same seed gives the same figures. Sets that are not there are named in `missing`, which is no error.
 * @example
 * const { rows, missing } = await validate.validateDegradation({ parts: ["pairs"], repeats: 5 });
 */
export async function validateDegradation(options: ValidateDegradationOptions = {}): Promise<ValidationReport> {
  const { repeats, parts, sets, networks, seed, onProgress } = resolveOptions<Required<ValidateDegradationOptions>>(
    "validate.validateDegradation",
    options,
    {
      repeats: 20,
      parts: PARTS,
      sets: Object.keys(PAIR_SETS) as PairSet[],
      networks: true,
      seed: 0,
      onProgress: () => undefined,
    },
  );
  const unknown = parts.find((part) => !PARTS.includes(part));
  if (unknown !== undefined) throw new RangeError(`there is no part "${unknown}"; parts: ${PARTS.join(", ")}`);
  const strange = sets.find((set) => !Object.hasOwn(PAIR_SETS, set));
  if (strange !== undefined) {
    throw new RangeError(`there is no set of pairs "${strange}"; sets: ${Object.keys(PAIR_SETS).join(", ")}`);
  }
  const missing: string[] = [];
  const isThere = (name: string) => {
    if (info(name).available) return true;
    if (!missing.includes(name)) missing.push(name);
    return false;
  };
  const found: Findings[] = [];
  for (const set of sets) {
    if (!["pairs", "tables", "repair"].some((part) => parts.includes(part as ValidationPart))) continue;
    if (!isThere(PAIR_SETS[set])) continue;
    const pairs = await loadPairs(set);
    if (parts.includes("pairs")) {
      const onRepeat = (done: number) => onProgress(`pairs, ${set}: halving ${done} of ${repeats}`);
      found.push(compareSimulations(pairs, { repeats, seed, onRepeat }));
    }
    if (parts.includes("tables") && isThere("rna_degradation")) {
      onProgress(`tables, ${set}`);
      found.push(compareGeneLoss(pairs, await table("rna_degradation", "degnorm_chr21_DI.csv.gz"), { seed }));
    }
    if (parts.includes("repair")) {
      const onFold = (done: number, folds: number) => onProgress(`repair, ${set}: fold ${done} of ${folds}`);
      found.push(await repairPairs(pairs, { networks, seed, onFold }));
    }
  }
  if (parts.includes("protein")) {
    const there = PROTEIN_SETS.filter(isThere);
    if (there.length > 0) found.push(...(await proteinFindings(there, networks, seed, onProgress)));
  }
  return {
    repeats,
    seed,
    missing,
    rows: found.flatMap(({ rows }) => rows),
    curves: found.flatMap(({ curves }) => curves),
    notes: [...LIMITS, ...found.flatMap(({ notes }) => notes)],
  };
}

async function proteinFindings(
  sets: readonly string[],
  networks: boolean,
  seed: number,
  onProgress: (line: string) => void,
): Promise<Findings[]> {
  const reference = annotateGenes(quality(await pbmc3k()), { species: "human" });
  const keepGenes = [...new Set(PROTEIN_PAIRS.map(([gene]) => gene))].filter((gene) =>
    reference.varNames.includes(gene),
  );
  const data = prepare(reference, { nTopGenes: 2000, keepGenes, by: null, seed });
  const methods = [
    METHODS.ridge,
    METHODS["linear-fusion"],
    ...(networks ? [METHODS.dae, METHODS["diffrepairer-paper"], METHODS.diffrepairer] : []),
  ];
  const models = [];
  for (const method of methods) {
    onProgress(`protein: training ${method.label}`);
    models.push(await method.fit(data));
  }
  const found: Findings[] = [];
  for (const set of sets) {
    onProgress(`protein, ${set}`);
    found.push(await compareProtein(set, await load(set), data, models, { seed }));
  }
  for (const model of models) model.dispose?.();
  return found;
}

function quality(cells: AnnData): AnnData {
  return filterGenes(filterCells(cells, { minGenes: 200 }), { minCells: 3 });
}
