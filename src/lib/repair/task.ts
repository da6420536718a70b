import { AnnData } from "../anndata/anndata.js";
import type { SeverityName } from "../degrade/severity.js";
import { resolveOptions } from "../options.js";
import { filterGenes } from "../pp/filter-genes.js";
import { highlyVariableGenes } from "../pp/highly-variable-genes.js";
import { log1p } from "../pp/log1p.js";
import { normalizeTotal } from "../pp/normalize-total.js";
import { splitCells } from "../pp/split-cells.js";
import { paperDamage, type Damage } from "./damage.js";
import { chosenGenes, damageSeed, trainingData, type TrainingData } from "./training-data.js";

/** A repair problem: what may be learned from, and the test cells, clean and degraded. */
export interface RepairTask extends TrainingData {
  readonly test: AnnData;
  readonly degraded: TrainingData["degraded"] & { readonly test: AnnData };
  /** Validation or test cells under other damage than the task's; the same draws for every method. */
  degrade(part: "validation" | "test", damage: Damage): AnnData;
}

/** Options of {@link prepare}. */
export interface PrepareOptions {
  /** Number of highly variable genes. Default: 5000, the paper's. */
  readonly nTopGenes?: number;
  /** Genes seen in fewer training cells are left out before the choice. Default: 3. */
  readonly minCells?: number;
  /** Genes kept whether they vary or not, such as markers; named before any cell is looked at. Default: none. */
  readonly keepGenes?: readonly string[];
  /** Severity of the paper's damage. Default: "mixture", every cell its own severities. */
  readonly severity?: SeverityName;
  /** Damage of another kind, instead of `severity`. Default: {@link paperDamage} of that severity. */
  readonly damage?: Damage | null;
  /** Column of `obs` whose groups are split alike; null: none. Default: "cell_type". */
  readonly by?: string | null;
  /** Column of `obs` with a split made before ("train", "validation", "test"). Default: a new split. */
  readonly split?: string | null;
  /** Draws of degradation for methods that look at all pairs together; each takes 4 bytes a value. Default: 5. */
  readonly draws?: number;
  /** Seed of split and degradation. Default: 0. */
  readonly seed?: number;
}

/**
 * Makes a repair problem from cells.
 *
 * The cells are split (70 % training, 10 % validation, 20 % test) before anything is fitted; genes and scaling come from
 * training cells alone. Counts are scaled to ten thousand a cell and log1p-transformed; degradation acts on that, or on the
 * counts of all genes, which each part keeps in `raw`. Cells whose `uns.log1p` says that they hold log1p values already are taken
 * as they are, without counts.
 *
 * @param adata - cells after quality control, with `var.length` and, unless `by` is null, `obs[by]`; it is not changed.
 * @example
 * const task = repair.prepare(sample, { nTopGenes: 50, by: null, seed: 1 });
 */
export function prepare(adata: AnnData, options: PrepareOptions = {}): RepairTask {
  const resolved = resolveOptions<Required<PrepareOptions>>("repair.prepare", options, {
    ...{ nTopGenes: 5000, minCells: 3, keepGenes: [], severity: "mixture", damage: null },
    ...{ by: "cell_type", split: null, draws: 5, seed: 0 },
  });
  const { nTopGenes, minCells, keepGenes, severity, damage, by, split: given, draws, seed } = resolved;
  const unknown = keepGenes.filter((gene) => !adata.varNames.includes(gene));
  if (unknown.length > 0) {
    throw new RangeError(
      `keepGenes: no gene is called ${unknown.join(", ")}; names in var, after any filter of genes, count`,
    );
  }
  const isLog = adata.uns["log1p"] !== undefined;
  const raw = isLog ? undefined : { X: adata.X, var: adata.var };
  const cells = new AnnData({ X: adata.X, obs: adata.obs.copy(), var: adata.var.copy(), uns: adata.uns, raw });
  if (given === null) splitCells(cells, { by, seed });
  if (!isLog) log1p(normalizeTotal(cells, { targetSum: 1e4 }));

  const split = cells.obs.strings(given ?? "split");
  const part = (name: string) => cells.select({ obs: split.map((value) => value === name) });
  const training = part("train");
  const chosen = new Set([...variableGenes(training, nTopGenes, minCells), ...keepGenes]);
  const genes = training.varNames.filter((gene) => chosen.has(gene));

  const degrade = damage ?? paperDamage(severity);
  const data = trainingData({ clean: training, validation: part("validation"), degrade, genes }, { draws, seed });
  const test = chosenGenes(part("test"), genes);
  const clean = { validation: data.validation, test };
  const degradePart = (name: keyof typeof clean, kind: Damage) => kind(clean[name], damageSeed(seed, name));
  return {
    ...{ ...data, test, degrade: degradePart },
    degraded: { ...data.degraded, test: degradePart("test", degrade) },
  };
}

/**
 * What may be learned from: the task without its test cells.
 * @example
 * const model = await repair.fit("ridge", repair.withoutTest(task));
 */
export function withoutTest({ genes, train, validation, scaling, degraded, draw, seed }: RepairTask): TrainingData {
  const { train: pairs, validation: held } = degraded;
  return { genes, train, validation, scaling, draw, seed, degraded: { train: pairs, validation: held } };
}

/** The highly variable genes among those seen in enough of the training cells. */
function variableGenes(training: AnnData, nTopGenes: number, minCells: number): readonly string[] {
  const seen = filterGenes(training.copy(), { minCells });
  return nTopGenes < seen.nVars ? highlyVariableGenes(seen, { nTopGenes, subset: true }).varNames : seen.varNames;
}
