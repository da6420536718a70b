import { AnnData } from "../anndata/anndata.js";
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

/** One of several kinds of damage, drawn for all cells together by the seed: for training on each in turn. */
export function eitherDamage(...kinds: readonly Damage[]): Damage {
  if (kinds.length === 0) throw new RangeError("eitherDamage needs at least one kind of damage");
  return (clean, seed) => kinds[random(seed, "repair", "kind of damage").integer(kinds.length)]!(clean, seed);
}
