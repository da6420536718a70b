import type { AnnData } from "../anndata/anndata.js";
import type { Matrix } from "../anndata/matrix.js";
import { resolveOptions } from "../options.js";
import { random } from "../stats/random.js";
import { rank } from "../stats/rank.js";
import { roundHalfEven } from "../stats/round-half-even.js";
import { chosenMatrix } from "./group-codes.js";

/** Options of {@link scoreGenes}. */
export interface ScoreGenesOptions {
  /** Names of the genes scored. Required; names that the data does not have are left out. */
  geneList?: readonly string[];
  /** Whether genes of the list may be drawn as controls (and are then dropped), as scanpy 1 does. Default: true. */
  ctrlAsRef?: boolean;
  /** Control genes drawn from each bin. Default: 50. */
  ctrlSize?: number;
  /** Names of the genes that controls are drawn from; it must hold the genes scored. Default: all. */
  genePool?: readonly string[];
  /** Number of bins of mean expression. Default: 25. */
  nBins?: number;
  /** Column of `obs`. Default: "score". */
  scoreName?: string;
  /** Of the draw. Default: 0. */
  seed?: number;
  /** Use `raw`. Default: true where there is one and no layer is named. */
  useRaw?: boolean;
  /** Use this layer. Default: none. */
  layer?: string;
}

/**
 * Scores every cell for a list of genes: their mean less the mean of control genes of like expression, as scanpy's `score_genes` (after
 * Tirosh et al. 2016). Genes are binned by the rank of their mean; from every bin that holds a gene of the list `ctrlSize` controls
 * are drawn, all where there are no more. The draw is this library's own, so scores equal scanpy's up to the choice of controls, and
 * to rounding where whole bins are taken.
 *
 * Writes `obs.score` and `uns.score` (`params`, `genes`, `control_genes`, `missing_genes`). Values that are NaN are left out of means.
 *
 * @throws TypeError where `geneList` is not given.
 * @throws RangeError where the data has none of the genes, one is not in `genePool`, no control is left, or an option is out of range.
 * @example
 * tl.scoreGenes(adata, { geneList: ["CD79A", "MS4A1"], scoreName: "B_score" });
 */
export function scoreGenes(adata: AnnData, options: ScoreGenesOptions): AnnData {
  const resolved = resolveOptions<ScoreGenesOptions>("tl.scoreGenes", options, {
    geneList: undefined,
    ctrlAsRef: true,
    ctrlSize: 50,
    genePool: undefined,
    nBins: 25,
    scoreName: "score",
    seed: 0,
    useRaw: undefined,
    layer: undefined,
  });
  const { geneList, ctrlAsRef = true, ctrlSize = 50, genePool, nBins = 25, scoreName = "score", seed = 0 } = resolved;
  if (!geneList) throw new TypeError("tl.scoreGenes: give geneList, the names of the genes to score");
  if (!Number.isInteger(ctrlSize) || ctrlSize < 1) {
    throw new RangeError(`ctrlSize must be a positive whole number, not ${ctrlSize}`);
  }
  if (!Number.isInteger(nBins) || nBins < 2) throw new RangeError(`nBins must be a whole number from 2, not ${nBins}`);
  const { matrix, names } = chosenMatrix("tl.scoreGenes", adata, resolved.useRaw, resolved.layer);
  const positionOf = new Map(names.map((name, j) => [name, j]));
  const isKnown = (name: string) => positionOf.has(name);
  const wanted = [...new Set(geneList)];
  const genes = wanted.filter(isKnown);
  if (genes.length === 0) {
    throw new RangeError(
      `tl.scoreGenes: the data has none of the genes ${wanted.slice(0, 5).join(", ")}; check their spelling`,
    );
  }
  const list = Int32Array.from(genes, (name) => positionOf.get(name)!);
  const pool = Int32Array.from(genePool ? new Set(genePool.filter(isKnown)) : names, (name) => positionOf.get(name)!);
  const controls = controlGenes(geneMeans(matrix), list, pool, { ctrlAsRef, ctrlSize, nBins, seed });
  adata.obs.set(scoreName, scoreOfSets(matrix, list, controls));
  const params = { ctrl_as_ref: ctrlAsRef, ctrl_size: ctrlSize, n_bins: nBins, seed };
  adata.uns = {
    ...adata.uns,
    [scoreName]: {
      params,
      genes,
      control_genes: Array.from(controls, (j) => names[j]!),
      missing_genes: wanted.filter((name) => !isKnown(name)),
    },
  };
  return adata;
}

/**
 * Chooses control genes: from every bin of mean expression that holds a gene of the list.
 *
 * @param means - mean of every gene; genes whose mean is not finite are never chosen.
 * @param list - positions of the genes scored.
 * @param pool - positions of the genes that are binned.
 * @returns positions in rising order.
 * @throws RangeError where a gene of the list is not in the pool, or no control is left.
 * @example
 * const means = Float64Array.from({ length: 20 }, (_, j) => j / 10);
 * const options = { ctrlAsRef: true, ctrlSize: 3, nBins: 5, seed: 0 };
 * tl.controlGenes(means, Int32Array.of(7), Int32Array.from(means.keys()), options); // Int32Array [6, 8]
 */
export function controlGenes(
  means: Float64Array,
  list: Int32Array,
  pool: Int32Array,
  options: { ctrlAsRef: boolean; ctrlSize: number; nBins: number; seed: number },
): Int32Array {
  const { ctrlAsRef, ctrlSize, nBins, seed } = options;
  const binned = pool.filter((j) => Number.isFinite(means[j]!));
  const size = Math.max(1, roundHalfEven(binned.length / (nBins - 1)));
  const ranks = rank(
    Float64Array.from(binned, (j) => means[j]!),
    "min",
  );
  const binOf = new Map(Array.from(binned, (j, at) => [j, Math.floor(ranks[at]! / size)]));
  const outside = list.find((j) => !binOf.has(j));
  if (outside !== undefined) {
    throw new RangeError(
      `tl.scoreGenes: gene ${outside} of the list is not in genePool or has no finite mean; add it, or drop it`,
    );
  }
  const isListed = new Set(list);
  const chosen = new Set<number>();
  for (const bin of [...new Set(Array.from(list, (j) => binOf.get(j)!))].sort((a, b) => a - b)) {
    const members = binned.filter((j) => binOf.get(j) === bin && (ctrlAsRef || !isListed.has(j)));
    const order = random(seed, "score-genes", String(bin)).permutation(members.length);
    for (const at of order.subarray(0, ctrlSize)) if (!isListed.has(members[at]!)) chosen.add(members[at]!);
  }
  if (chosen.size === 0) {
    throw new RangeError("tl.scoreGenes: no control gene is left; enlarge genePool, or set ctrlAsRef to false");
  }
  return Int32Array.from(chosen).sort();
}

/**
 * The mean of one set of genes less that of another, for every cell; NaN is left out.
 * @example
 * const matrix = DenseMatrix.fromRows([[4, 2, 0], [1, 3, 3]]);
 * tl.scoreOfSets(matrix, Int32Array.of(0), Int32Array.of(1, 2)); // Float64Array [3, -2]
 */
export function scoreOfSets(matrix: Matrix, list: Int32Array, controls: Int32Array): Float64Array {
  const [cells, genes] = matrix.shape;
  const isListed = new Uint8Array(genes);
  const isControl = new Uint8Array(genes);
  for (const j of list) isListed[j] = 1;
  for (const j of controls) isControl[j] = 1;
  const listed = { sum: new Float64Array(cells), count: new Float64Array(cells).fill(list.length) };
  const control = { sum: new Float64Array(cells), count: new Float64Array(cells).fill(controls.length) };
  matrix.forEachNonZero((i, j, value) => {
    if (isListed[j]) add(listed, i, value);
    if (isControl[j]) add(control, i, value);
  });
  return listed.sum.map((sum, i) => sum / listed.count[i]! - control.sum[i]! / control.count[i]!);
}

/** Mean of every gene over the cells; NaN is left out. */
function geneMeans(matrix: Matrix): Float64Array {
  const [cells, genes] = matrix.shape;
  const pool = { sum: new Float64Array(genes), count: new Float64Array(genes).fill(cells) };
  matrix.forEachNonZero((_, j, value) => add(pool, j, value));
  return pool.sum.map((sum, j) => sum / pool.count[j]!);
}

function add(pool: { sum: Float64Array; count: Float64Array }, at: number, value: number): void {
  if (Number.isNaN(value)) pool.count[at]!--;
  else pool.sum[at]! += value;
}
