import type { AnnData } from "../../anndata/anndata.js";
import { DenseMatrix } from "../../anndata/dense.js";
import { adjustLogP } from "../../stats/adjust-p.js";
import { random } from "../../stats/random.js";
import { cellRows } from "../../tl/cell-rows.js";
import { compareGroups, type GroupTest } from "../../tl/compare-groups.js";

/** How often the cells are halved. */
const HALVINGS = 10;

/** Fewer cells than this in a half say nothing. */
const LEAST_CELLS = 10;

/** Level of a single test, and of the false discovery rate. */
const LEVEL = 0.05;

/** What tests find between random halves of cells that are all of one kind; means over the halvings. */
export interface NullTest {
  /** Genes called different at a false discovery rate of 5 %; 0 is right. */
  readonly genes: Readonly<Record<"welch" | "wilcoxon", number>>;
  /** Per cent of the genes that vary with p below 0.05, by Welch's t test; 5 is right. */
  readonly rate: number;
}

/**
 * Halves cells of one kind at random, repairs each half for itself, as two samples are in practice, and compares the halves.
 *
 * @param repair - gives cells × genes, log1p.
 * @param cells - degraded cells of one kind.
 * @returns undefined where a half has fewer than ten cells.
 */
export async function nullTest(
  repair: (cells: AnnData) => Promise<DenseMatrix>,
  cells: AnnData,
  seed: number,
): Promise<NullTest | undefined> {
  const half = cells.nObs >> 1;
  if (half < LEAST_CELLS) return undefined;
  const stream = random(seed, "downstream", "halves");
  const found = { welch: 0, wilcoxon: 0, rate: 0 };
  for (let halving = 0; halving < HALVINGS; halving++) {
    const order = stream.permutation(cells.nObs);
    const first = await repair(cells.select({ obs: order.subarray(0, half) }));
    const second = await repair(cells.select({ obs: order.subarray(half) }));
    const both = DenseMatrix.zeros([cells.nObs, first.shape[1]]);
    both.data.set(first.data);
    both.data.set(second.data, first.data.length);
    const codes = Int32Array.from(order.keys(), (at) => (at < half ? 0 : 1));
    const welch = logPValues(both, codes, "t-test");
    found.welch += called(welch) / HALVINGS;
    found.wilcoxon += called(logPValues(both, codes, "wilcoxon")) / HALVINGS;
    found.rate += (100 * share(welch)) / HALVINGS;
  }
  return { genes: { welch: found.welch, wilcoxon: found.wilcoxon }, rate: found.rate };
}

/** Natural logarithms of the two-sided p values of the halves' difference, by gene; those of constant genes are 0. */
function logPValues(cells: DenseMatrix, codes: Int32Array, method: GroupTest): Float64Array {
  return compareGroups(cellRows(cells), codes, 2, { method, reference: 1 }).logPValues.subarray(0, cells.shape[1]);
}

function called(logP: Float64Array): number {
  return adjustLogP(logP, "fdr_bh").filter((value) => value < Math.log(LEVEL)).length;
}

function share(logP: Float64Array): number {
  const varying = logP.filter((value) => value < 0);
  return varying.filter((value) => value < Math.log(LEVEL)).length / varying.length;
}
