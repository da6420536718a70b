import { AnnData } from "../anndata/anndata.js";
import type { DenseMatrix } from "../anndata/dense.js";
import { paper } from "../degrade/paper.js";
import type { SeverityName } from "../degrade/severity.js";
import { resolveOptions } from "../options.js";
import { filterGenes } from "../pp/filter-genes.js";
import { highlyVariableGenes } from "../pp/highly-variable-genes.js";
import { log1p } from "../pp/log1p.js";
import { normalizeTotal } from "../pp/normalize-total.js";
import { splitCells } from "../pp/split-cells.js";
import { random } from "../stats/random.js";

/** Mean and spread of every gene over the clean training cells, log1p. */
export interface Scaling {
  readonly mean: Float32Array;
  /** Population standard deviation, at least {@link SD_FLOOR}. */
  readonly sd: Float32Array;
}

/** Least spread to divide by: genes seen in a few training cells only must not dominate the z-scores. */
export const SD_FLOOR = 1e-3;

/** A repair problem: clean cells, degraded cells, and everything that may be learned, from the training cells alone. */
export interface RepairTask {
  /** The highly variable genes of the training cells and those asked for, in the data's order. */
  readonly genes: readonly string[];
  /** Clean cells × genes, log1p of counts per ten thousand, dense. */
  readonly train: AnnData;
  readonly validation: AnnData;
  readonly test: AnnData;
  readonly scaling: Scaling;
  /** The same cells degraded; the training cells in several draws. Every method sees the same. */
  readonly degraded: {
    readonly train: readonly AnnData[];
    readonly validation: AnnData;
    readonly test: AnnData;
  };
  readonly seed: number;
}

/** Options of {@link prepare}. */
export interface PrepareOptions {
  /** Number of highly variable genes. Default: 5000, the paper's. */
  readonly nTopGenes?: number;
  /** Genes seen in fewer training cells are left out before the choice. Default: 3. */
  readonly minCells?: number;
  /** Genes kept whether they vary or not, such as markers; named before any cell is looked at. Default: none. */
  readonly keepGenes?: readonly string[];
  /** Severity of the degradation. Default: "mixture", every cell its own severities. */
  readonly severity?: SeverityName;
  /** Column of `obs` whose groups are split alike; null: none. Default: "cell_type". */
  readonly by?: string | null;
  /** Column of `obs` with a split made before ("train", "validation", "test"). Default: a new split. */
  readonly split?: string | null;
  /** Draws of degradation of the training cells; each takes 4 bytes a value. Default: 5. */
  readonly draws?: number;
  /** Seed of split and degradation. Default: 0. */
  readonly seed?: number;
}

/**
 * Makes a repair problem from raw counts.
 *
 * The cells are split (70 % training, 10 % validation, 20 % test) before anything is fitted; genes and scaling come from
 * training cells alone. Counts are scaled to ten thousand a cell and log1p-transformed; degradation acts on that.
 *
 * @param adata - counts after quality control, with `var.length` and, unless `by` is null, `obs[by]`; it is not changed.
 *
 * ```ts
 * const task = repair.prepare(adata, { nTopGenes: 2000 });
 * ```
 */
export function prepare(adata: AnnData, options: PrepareOptions = {}): RepairTask {
  const {
    nTopGenes,
    minCells,
    keepGenes,
    severity,
    by,
    split: given,
    draws,
    seed,
  } = resolveOptions<Required<PrepareOptions>>("repair.prepare", options, {
    nTopGenes: 5000,
    minCells: 3,
    keepGenes: [],
    severity: "mixture",
    by: "cell_type",
    split: null,
    draws: 5,
    seed: 0,
  });
  const unknown = keepGenes.filter((gene) => !adata.varNames.includes(gene));
  if (unknown.length > 0) {
    throw new RangeError(
      `keepGenes: no gene is called ${unknown.join(", ")}; names in var, after any filter of genes, count`,
    );
  }
  if (!Number.isInteger(draws) || draws < 1)
    throw new RangeError(`draws must be a positive whole number, not ${draws}`);
  const cells = new AnnData({ X: adata.X, obs: adata.obs.copy(), var: adata.var.copy(), uns: adata.uns });
  if (given === null) splitCells(cells, { by, seed });
  log1p(normalizeTotal(cells, { targetSum: 1e4 }));

  const split = cells.obs.strings(given ?? "split");
  const part = (name: string) => cells.select({ obs: split.map((value) => value === name) });
  const training = part("train");
  const chosen = new Set([...variableGenes(training, nTopGenes, minCells), ...keepGenes]);
  const genes = training.varNames.filter((gene) => chosen.has(gene));
  const [train, validation, test] = [training, part("validation"), part("test")].map((clean) => {
    const cells = clean.select({ var: genes });
    cells.X = cells.X.toDense();
    return cells;
  }) as [AnnData, AnnData, AnnData];

  const degrade = (clean: AnnData, ...names: string[]) =>
    paper(clean, { severity, seed: random(seed, "repair", ...names).integer(2 ** 31) });
  const degraded = {
    train: Array.from({ length: draws }, (_, draw) => degrade(train, "train", String(draw))),
    validation: degrade(validation, "validation"),
    test: degrade(test, "test"),
  };
  return { genes, train, validation, test, scaling: scalingOf(dense(train)), degraded, seed };
}

/** The highly variable genes among those seen in enough of the training cells. */
function variableGenes(training: AnnData, nTopGenes: number, minCells: number): readonly string[] {
  const seen = filterGenes(training.copy(), { minCells });
  return nTopGenes < seen.nVars ? highlyVariableGenes(seen, { nTopGenes, subset: true }).varNames : seen.varNames;
}

/** Mean and spread of every column. */
export function scalingOf(X: DenseMatrix): Scaling {
  const [cells, genes] = X.shape;
  const sums = X.columnSums();
  const mean = Float32Array.from(sums, (sum) => sum / cells);
  const squares = new Float64Array(genes);
  for (let i = 0, at = 0; i < cells; i++) {
    for (let j = 0; j < genes; j++) squares[j]! += (X.data[at++]! - mean[j]!) ** 2;
  }
  return { mean, sd: Float32Array.from(squares, (square) => Math.max(Math.sqrt(square / cells), SD_FLOOR)) };
}

/** The values of cells as a dense matrix; a task's cells are dense already. */
export function dense(cells: AnnData): DenseMatrix {
  return cells.X.toDense();
}
