import type { AnnData } from "../anndata/anndata.js";
import { resolveOptions } from "../options.js";
import type { Damage } from "../repair/damage.js";
import { METHODS, type RepairMethod } from "../repair/methods.js";
import { trainingData, type TrainingData } from "../repair/training-data.js";
import { columnMoments } from "../stats/moments.js";
import { random } from "../stats/random.js";
import { bulkDamage, paperDamage, realOrBulkDamage, withGenes } from "./bulk-damage.js";
import { judgeRepair, type RepairedPairs } from "./judge-repair.js";
import { fitLengthGcCorrection } from "./length-gc-correction.js";
import { logProfiles } from "./log-profile.js";
import type { BulkPairs } from "./pairs.js";
import type { Findings, ValidationRow } from "./record.js";
import { foldPatients } from "./split-patients.js";

/** Options of {@link repairPairs}. */
export interface RepairPairsOptions {
  /** Patients are dealt into so many folds. Default: 5. */
  folds?: number;
  /** Genes, the most variable of the clean training samples. Default: 1000. */
  nTopGenes?: number;
  /** Whether the networks are trained; they take most of the time. Default: true. */
  networks?: boolean;
  /** Epochs of the networks at most: one step each, as the samples are few. Default: 150. */
  epochs?: number;
  /** Default: 0. */
  seed?: number;
  /** Called after each fold. */
  onFold?: (done: number, folds: number) => void;
}

const DRAWS = 8;
const NETWORKS: readonly string[] = ["dae", "diffrepairer-paper", "diffrepairer"];

/** The methods judged, by id. */
const JUDGED: Readonly<Record<string, RepairMethod>> = {
  input: METHODS.input,
  mean: METHODS.mean,
  ridge: METHODS.ridge,
  "linear-fusion": METHODS["linear-fusion"],
  dae: METHODS.dae,
  "diffrepairer-paper": METHODS["diffrepairer-paper"],
  diffrepairer: METHODS.diffrepairer,
  "length-gc": { label: "Length and GC regression", fit: (data) => fitLengthGcCorrection(data) },
};

/** What does not learn from damage is the same whatever the damage. */
const UNTRAINED: readonly string[] = ["input", "mean", "length-gc"];

/**
 * Repairs real degraded samples and asks whether they come nearer to their own well preserved partners. Cross-validated by patient:
 * methods learn from the training patients' clean profiles and simulated damage of them alone (`bulk`, in wide ranges, or the
 * paper's), or, in the rows named "and real pairs", from their real degraded profiles too. A fifth of the training patients chooses
 * settings.
 *
 * @returns rows with intervals by bootstrap over patients.
 * @example
 * const { rows } = await validate.repairPairs(pairs, { folds: 3, networks: false });
 */
export async function repairPairs(pairs: BulkPairs, options: RepairPairsOptions = {}): Promise<Findings> {
  const resolved = resolveOptions<Required<RepairPairsOptions>>("validate.repairPairs", options, {
    ...{ folds: 5, nTopGenes: 1000, networks: true, epochs: 150, seed: 0, onFold: () => undefined },
  });
  const { folds, nTopGenes, networks, epochs, seed, onFold } = resolved;
  const { patients } = pairs;
  const clean = logProfiles(pairs.clean);
  clean.raw = { X: pairs.clean.X, var: pairs.clean.var };
  const degraded = logProfiles(pairs.degraded);
  // Partners have one name, so that training data can find them.
  degraded.obs = clean.obs.copy();
  const damages: Record<string, Damage> = {
    "bulk damage": bulkDamage,
    "paper's damage": paperDamage,
    "bulk damage and real pairs": realOrBulkDamage(degraded),
  };
  const repaired = new Map<string, RepairedPairs>();
  const parts = foldPatients(patients, folds, seed);
  for (const [fold, test] of parts.entries()) {
    const rest = patients.map((_, row) => row).filter((row) => !test.includes(row));
    const { train, validation } = splitOff(rest, patients, seed + fold);
    const genes = variableGenes(clean.select({ obs: train }), nTopGenes);
    const all = withGenes(clean, genes).X.toDense();
    for (const [name, degrade] of Object.entries(damages)) {
      const drawn = trainingData(
        { clean: clean.select({ obs: train }), validation: clean.select({ obs: validation }), degrade, genes },
        { draws: DRAWS, seed: seed + fold },
      );
      // Every epoch draws anew else, which takes longer than the training.
      const data: TrainingData = { ...drawn, draw: (k) => drawn.degraded.train[k % DRAWS]! };
      for (const [id, method] of Object.entries(JUDGED)) {
        const isFirst = name === "bulk damage";
        if (UNTRAINED.includes(id) ? !isFirst : NETWORKS.includes(id) && !(networks && isFirst)) continue;
        const model = await method.fit(data, NETWORKS.includes(id) ? { epochs, patience: 30 } : {});
        const { mean } = await model.repair(withGenes(degraded.select({ obs: test }), genes));
        model.dispose?.();
        const key = UNTRAINED.includes(id) ? id : `${id}, ${name}`;
        const entry = repaired.get(key) ?? { folds: [] };
        entry.folds.push({ test, genes, repaired: mean, clean: all, scaling: data.scaling });
        repaired.set(key, entry);
      }
    }
    onFold(fold + 1, folds);
  }
  const rows = judgeRepair(pairs, repaired, seed).map((row): ValidationRow => ({
    part: "repair",
    set: pairs.set,
    ...row,
  }));
  const trained = Math.round((pairs.clean.nObs * (folds - 1) * 4) / (folds * 5));
  return {
    rows,
    curves: [],
    notes: [
      `${pairs.set}, repair: about ${trained} training profiles a fold, ${DRAWS} draws of damage; values are log1p of counts per million. ` +
        "Networks are trained with simulated bulk damage only, and are far from the thousands of profiles they are meant for.",
    ],
  };
}

/** A fifth of the patients' rows for validation, at least one patient's. */
function splitOff(
  rows: number[],
  patients: readonly string[],
  seed: number,
): { train: number[]; validation: number[] } {
  const names = [...new Set(rows.map((row) => patients[row]!))];
  const order = random(seed, "validate", "validation").permutation(names.length);
  const held = new Set(Array.from(order.subarray(0, Math.max(1, Math.floor(names.length / 5))), (k) => names[k]!));
  return {
    train: rows.filter((row) => !held.has(patients[row]!)),
    validation: rows.filter((row) => held.has(patients[row]!)),
  };
}

/** The genes of largest variance, in the samples' order. */
function variableGenes(samples: AnnData, count: number): string[] {
  const { variance } = columnMoments(samples.X.toDense());
  const order = Int32Array.from(variance.keys()).sort((a, b) => variance[b]! - variance[a]! || a - b);
  const chosen = new Set(order.subarray(0, count));
  return samples.varNames.filter((_, j) => chosen.has(j));
}
