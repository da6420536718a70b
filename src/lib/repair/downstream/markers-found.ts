import type { DenseMatrix } from "../../anndata/dense.js";
import { calledMarkers, TOP_GENES, topGenes } from "../scores/differential-genes.js";
import { eachOnce, type ScoredTypes } from "../scores/scored-types.js";
import { centred, welchScores } from "../scores/welch.js";

/** What one set of cells says of the types' markers. */
export interface TypeMarkers {
  /** By type: the genes of largest Welch t, {@link TOP_GENES} at most. */
  readonly top: readonly Int32Array[];
  /** By type: the genes called higher at a false discovery rate of 5 %. */
  readonly called: readonly Set<number>[];
}

/** The markers of types, each against all other cells. */
export function typeMarkers(cells: DenseMatrix, scored: ScoredTypes): TypeMarkers {
  const scores = welchScores(centred(cells), scored, eachOnce(scored));
  return { top: topGenes(scores, cells.shape[1], TOP_GENES), called: calledMarkers(cells, scored) };
}

/**
 * Whether the markers of other, clean cells are found again, means over the types: `precision`, the share of a type's first
 * {@link TOP_GENES} genes that are called in the clean cells; `recall`, the share of the clean cells' first ones that are called.
 * A type without any gene counts 0.
 */
export function markersFound(clean: TypeMarkers, found: TypeMarkers): { precision: number; recall: number } {
  return { precision: meanShare(found.top, clean.called), recall: meanShare(clean.top, found.called) };
}

function meanShare(genes: readonly Int32Array[], called: readonly Set<number>[]): number {
  const shares = genes.map((ofType, type) =>
    ofType.length === 0 ? 0 : ofType.filter((gene) => called[type]!.has(gene)).length / ofType.length,
  );
  return shares.reduce((sum, share) => sum + share, 0) / shares.length;
}
