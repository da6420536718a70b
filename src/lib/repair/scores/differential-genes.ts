import type { DenseMatrix } from "../../anndata/dense.js";
import { jaccardIndex, setF1 } from "../../metrics/set-agreement.js";
import { adjustLogP } from "../../stats/adjust-p.js";
import { cellRows } from "../../tl/cell-rows.js";
import { compareGroups } from "../../tl/compare-groups.js";
import type { ScoredTypes } from "./scored-types.js";

/** Genes that a type's set of differentially expressed genes holds at most. */
export const TOP_GENES = 50;

/** Level of the false discovery rate at which a gene is called a marker. */
const FDR = 0.05;

/** For every type the genes of largest positive score; of equal scores the first genes. */
export function topGenes(scores: Float64Array, genes: number, count: number): Int32Array[] {
  return Array.from({ length: scores.length / genes }, (_, type) => {
    const ofType = scores.subarray(type * genes, (type + 1) * genes);
    // Sorting numbers natively, to find the least of the largest, is several times faster than sorting positions.
    const least = Math.max(Number.MIN_VALUE, ofType.slice().sort().at(-count) ?? 0);
    const above = Int32Array.from(ofType.keys()).filter((gene) => ofType[gene]! > least);
    const equal = Int32Array.from(ofType.keys()).filter((gene) => ofType[gene] === least);
    return Int32Array.of(...above, ...equal.subarray(0, count - above.length));
  });
}

/**
 * How well the types' sets of differentially expressed genes are preserved.
 *
 * @returns 100 times the mean over types of F1 and of the Jaccard index.
 */
export function setsPreserved(
  clean: readonly Int32Array[],
  repaired: readonly Int32Array[],
): { f1: number; jaccard: number } {
  const mean = (agreement: (a: Int32Array, b: Int32Array) => number) =>
    (100 * clean.reduce((sum, genes, type) => sum + agreement(genes, repaired[type]!), 0)) / clean.length;
  return { f1: mean(setF1), jaccard: mean(jaccardIndex) };
}

/**
 * The genes that are higher in each type than in all other scored cells, by Welch's t test at a false discovery rate of 5 % among the
 * type's genes.
 */
export function calledMarkers(cells: DenseMatrix, { types, codes }: ScoredTypes): Set<number>[] {
  const genes = cells.shape[1];
  const { scores, logPValues } = compareGroups(cellRows(cells), codes, types.length);
  return types.map((_, type) => {
    const from = type * genes;
    const adjusted = adjustLogP(logPValues.subarray(from, from + genes), "fdr_bh");
    const called = new Set<number>();
    for (let j = 0; j < genes; j++) if (scores[from + j]! > 0 && adjusted[j]! < Math.log(FDR)) called.add(j);
    return called;
  });
}

/** Per cent of the repaired cells' markers, of all types together, that are none in the clean cells; NaN where none is called. */
export function falseMarkerRate(clean: readonly Set<number>[], repaired: readonly Set<number>[]): number {
  let called = 0;
  let wrong = 0;
  repaired.forEach((genes, type) => {
    called += genes.size;
    for (const gene of genes) if (!clean[type]!.has(gene)) wrong++;
  });
  return (100 * wrong) / called;
}
