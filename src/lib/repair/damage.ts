import { AnnData } from "../anndata/anndata.js";
import { DenseMatrix } from "../anndata/dense.js";
import { counts, type CountsOptions } from "../degrade/counts.js";
import { paper, type PaperOptions } from "../degrade/paper.js";
import type { SeverityName } from "../degrade/severity.js";
import { log1p } from "../pp/log1p.js";
import { normalizeTotal } from "../pp/normalize-total.js";
import { random } from "../stats/random.js";

/**
 * Degrades clean cells (log1p of counts per ten thousand): the same cells and genes come back, dense. The seed decides
 * every draw.
 */
export type Damage = (clean: AnnData, seed: number) => AnnData;

/**
 * The damage of the paper, in log space ({@link paper}).
 *
 * @param options - of `degrade.paper`, or just the name of a severity. Default: the mixture.
 * @example
 * const data = repair.trainingData({ clean, validation, degrade: repair.paperDamage("severe") });
 */
export function paperDamage(options: Omit<PaperOptions, "seed"> | SeverityName = "mixture"): Damage {
  const given = typeof options === "string" ? { severity: options } : options;
  return (clean, seed) => paper(clean, { ...given, seed });
}

/**
 * Damage to the molecules themselves ({@link counts}): it acts on the counts of all genes in `raw`, which are then scaled
 * to ten thousand a cell and log1p-transformed as the clean ones were.
 *
 * @param options - of `degrade.counts`, or just the name of a severity. Default: the mixture.
 * @throws Error, when it acts, where the cells have no `raw`.
 * @example
 * const task = repair.prepare(sample, { nTopGenes: 50, by: null, damage: repair.countDamage("mild") });
 */
export function countDamage(options: Omit<CountsOptions, "seed"> | SeverityName = "mixture"): Damage {
  const given = typeof options === "string" ? { severity: options } : options;
  return (clean, seed) => {
    if (!clean.raw) {
      throw new Error("Damage to counts needs the counts of all genes in raw; repair.prepare puts them there");
    }
    const { X, var: features } = clean.raw;
    const damaged = counts(new AnnData({ X, obs: clean.obs.copy(), var: features }), { ...given, seed });
    const cells = log1p(normalizeTotal(damaged, { targetSum: 1e4 })).select({ var: clean.varNames });
    cells.X = cells.X.toDense();
    return cells;
  };
}

/**
 * One of several kinds of damage for each cell, drawn by the seed: for training on all of them. `obs.damage` holds the kind's
 * place in the list; other columns that the kinds write are left out, as not all cells have them.
 * @example
 * const damage = repair.eitherDamage(repair.paperDamage(), repair.countDamage());
 */
export function eitherDamage(...kinds: readonly Damage[]): Damage {
  if (kinds.length === 0) throw new RangeError("eitherDamage needs at least one kind of damage");
  return (clean, seed) => {
    const stream = random(seed, "repair", "kind of damage");
    const chosen = Int32Array.from({ length: clean.nObs }, () => stream.integer(kinds.length));
    const damaged = kinds.map((kind) => kind(clean, seed).X.toDense());
    const X = DenseMatrix.zeros([clean.nObs, clean.nVars]);
    chosen.forEach((kind, i) => X.row(i).set(damaged[kind]!.row(i)));
    return new AnnData({ X, obs: clean.obs.copy().set("damage", chosen), var: clean.var.copy(), uns: clean.uns });
  };
}
