import { AnnData } from "../anndata/anndata.js";
import { bulk } from "../degrade/bulk.js";
import type { BulkSeverity } from "../degrade/bulk-severity.js";
import { paper } from "../degrade/paper.js";
import type { Damage } from "../repair/damage.js";
import { random } from "../stats/random.js";
import { logProfiles } from "./log-profile.js";

/** Wide ranges in round numbers, fitted to nothing: bias of length and GC in both directions. */
const WIDE: Omit<BulkSeverity, "keep"> = {
  lengthSlope: [-0.3, 0.3],
  gcSlope: [-3, 3],
  gcCurvature: [-5, 5],
  variability: [0.3, 0.9],
};

/** Share of the reads, few or many: half of the draws each, since a uniform range would hardly ever give few. */
const KEEP = [
  [0.005, 0.1],
  [0.1, 1],
] as const;

/** Damage of bulk samples by `degrade.bulk`, on the counts of all genes in `raw`. */
export const bulkDamage: Damage = (clean, seed) => {
  const { X, var: features } = clean.raw!;
  const counts = new AnnData({ X, obs: clean.obs.copy(), var: features });
  const keep = KEEP[random(seed, "validate", "keep").integer(2)]!;
  return withGenes(logProfiles(bulk(counts, { ...WIDE, keep, seed })), clean.varNames);
};

/** The paper's damage of log profiles, its severities drawn from the mixture. */
export const paperDamage: Damage = (clean, seed) => paper(clean, { severity: "mixture", seed });

/** Half of the draws {@link bulkDamage}, half the real degraded partners of the samples. */
export function realOrBulkDamage(partners: AnnData): Damage {
  return (clean, seed) => {
    if (random(seed, "validate", "real or simulated").integer(2) === 0) return bulkDamage(clean, seed);
    return withGenes(partners.select({ obs: clean.obsNames }), clean.varNames);
  };
}

/** Samples with these genes, dense. */
export function withGenes(samples: AnnData, genes: readonly string[]): AnnData {
  const chosen = samples.select({ var: genes });
  chosen.X = chosen.X.toDense();
  return chosen;
}
