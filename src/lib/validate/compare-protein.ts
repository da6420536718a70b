import { AnnData } from "../anndata/anndata.js";
import { DenseMatrix } from "../anndata/dense.js";
import { rowMajor } from "../anndata/matrix.js";
import { paper } from "../degrade/paper.js";
import { spearman } from "../metrics/spearman.js";
import { resolveOptions } from "../options.js";
import { log1p } from "../pp/log1p.js";
import { normalizeTotal } from "../pp/normalize-total.js";
import type { RepairModel } from "../repair/model.js";
import type { TrainingData } from "../repair/training-data.js";
import { bootstrap } from "../stats/bootstrap.js";
import { quantile } from "../stats/describe.js";
import type { Findings, ValidationRow } from "./record.js";
import { smoothOverNeighbours } from "./smoothing.js";

/**
 * Genes with the proteins that they make (or, for NKG7, that mark the same cells): names of the antibodies begin so.
 * @example
 * validate.PROTEIN_PAIRS.filter(([gene]) => cells.varNames.includes(gene));
 */
export const PROTEIN_PAIRS: readonly (readonly [gene: string, protein: RegExp])[] = [
  ["CD3D", /^CD3(_|$)/],
  ["CD3E", /^CD3(_|$)/],
  ["CD4", /^CD4(_|$)/],
  ["CD8A", /^CD8a?(_|$)/],
  ["CD14", /^CD14(_|$)/],
  ["FCGR3A", /^CD16(_|$)/],
  ["MS4A1", /^CD20(_|$)/],
  ["CD79A", /^CD19(_|$)/],
  ["NKG7", /^CD56(_|$)/],
  ["IL7R", /^(CD127(_|$)|IL7R)/],
  ["ITGAM", /^CD11b(_|$)/],
];

/** Options of {@link compareProtein}. */
export interface CompareProteinOptions {
  /** Default: 1000. */
  resamples?: number;
  /** Of damage and bootstrap. Default: 0. */
  seed?: number;
}

/**
 * Protein as a witness that repair does not see: cells with both RNA and protein are degraded (the paper's damage, "moderate") and
 * repaired by models trained on other cells; Spearman's correlation of gene and protein over cells, mean over the matched pairs, of
 * the intact cells, the degraded ones, each repaired version, and the degraded ones smoothed over their own 15 nearest neighbours.
 * Differences from the degraded and from the smoothed cells are paired; intervals by bootstrap over cells.
 *
 * @param cells - RNA counts with `obsm.protein_expression` and `uns.protein_names`, as `datasets.load` gives.
 * @param data - what the models were trained on, for its genes and their lengths; genes that the cells lack count as 0.
 * @throws RangeError where no gene has its protein.
 * @example
 * const cells = await datasets.load("citeseq_pbmc_5k");
 * const { rows } = await validate.compareProtein("citeseq_pbmc_5k", cells, task, [await repair.fit("ridge", task)]);
 */
export async function compareProtein(
  set: string,
  cells: AnnData,
  data: TrainingData,
  models: readonly RepairModel[],
  options: CompareProteinOptions = {},
): Promise<Findings> {
  const { resamples, seed } = resolveOptions<Required<CompareProteinOptions>>("validate.compareProtein", options, {
    resamples: 1000,
    seed: 0,
  });
  const clean = onGenes(cells, data.train);
  const names = cells.uns["protein_names"] as string[];
  const proteins = cells.obsm["protein_expression"] as DenseMatrix;
  const matched = PROTEIN_PAIRS.flatMap(([gene, pattern]) => {
    const [j, k] = [clean.varNames.indexOf(gene), names.findIndex((name) => pattern.test(name))];
    return j >= 0 && k >= 0 && cells.varNames.some((name) => symbolOf(name) === gene) ? [{ gene, j, k }] : [];
  });
  if (matched.length === 0)
    throw new RangeError(`${set} has no gene of ${PROTEIN_PAIRS.map(([g]) => g).join(", ")} with its protein`);

  const degraded = paper(clean, { severity: "moderate", seed });
  const versions: [string, DenseMatrix][] = [
    ["intact", clean.X.toDense()],
    ["degraded", degraded.X.toDense()],
    ["smoothed", smoothOverNeighbours(degraded, { seed })],
  ];
  for (const model of models) versions.push([model.name, (await model.repair(degraded)).mean]);

  const witness = matched.map(({ k }) => proteins.column(k));
  const agreement = new Map(
    versions.map(([name, matrix]) => {
      const genes = matched.map(({ j }) => matrix.column(j));
      return [
        name,
        (rows: Int32Array) => {
          const pick = (values: Float32Array) => Float64Array.from(rows, (row) => values[row]!);
          // A gene without spread tells nothing of its protein.
          return genes.reduce((sum, gene, p) => sum + (spearman(pick(gene), pick(witness[p]!)) || 0), 0) / genes.length;
        },
      ] as const;
    }),
  );
  // One seed draws the same cells for every version, so that differences are paired.
  const drawn = new Map(
    [...agreement].map(([name, statistic]) => [
      name,
      bootstrap(clean.nObs, statistic, { resamples, seed, method: "percentile" }),
    ]),
  );
  const row = (mode: string, measure: string, value: number, values: Float64Array): ValidationRow => {
    const [low, high] = [quantile(values, 0.025), quantile(values, 0.975)];
    return { part: "protein", set, mode, measure, value, low, high, n: clean.nObs };
  };
  const rows = [...drawn].flatMap(([mode, { estimate, statistics }]) => {
    const gain = (other: string) => {
      const base = drawn.get(other)!;
      const gains = statistics.map((value, at) => value - base.statistics[at]!);
      return row(mode, `gain over ${other}`, estimate - base.estimate, gains);
    };
    return [
      row(mode, "RNA with protein, mean Spearman", estimate, statistics),
      ...(["intact", "degraded"].includes(mode) ? [] : [gain("degraded")]),
      ...(["intact", "degraded", "smoothed"].includes(mode) ? [] : [gain("smoothed")]),
    ];
  });
  const pairs = matched.map(({ gene, k }) => `${gene}-${names[k]!.replace(/_.*/, "")}`).join(", ");
  return { rows, curves: [], notes: [`${set}: ${clean.nObs} cells; pairs ${pairs}.`] };
}

/** Log profiles (counts per ten thousand of all genes) on the genes of other cells, with their `var`. */
function onGenes(cells: AnnData, like: AnnData): AnnData {
  const normalised = log1p(
    normalizeTotal(new AnnData({ X: cells.X, obs: cells.obs.copy(), var: cells.var.copy() }), { targetSum: 1e4 }),
  );
  const position = new Map(cells.varNames.map((name, j) => [symbolOf(name), j] as const).reverse());
  const from = like.varNames.map((name) => position.get(name));
  const matrix = rowMajor(normalised.X);
  const rows = Array.from({ length: cells.nObs }, (_, i) => {
    const row = matrix.row(i);
    return Float32Array.from(from, (j) => (j === undefined ? 0 : row[j]!));
  });
  const uns = { log1p: {} };
  return new AnnData({ X: DenseMatrix.fromRows(rows), obs: cells.obs.copy(), var: like.var.copy(), uns });
}

/** One set has the assembly before the symbol. */
function symbolOf(name: string): string {
  return name.replace(/^hg19_/, "");
}
