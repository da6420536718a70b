import type { DenseMatrix } from "../../anndata/dense.js";
import { spearman } from "../../metrics/spearman.js";
import { diffmap } from "../../tl/diffmap.js";
import { dpt } from "../../tl/dpt.js";
import { cellGraph } from "./cell-graph.js";

/** Fewer cells than this have no graph to speak of. */
const LEAST_CELLS = 20;

/** Diffusion pseudotime along a course of cell types, in clean cells and in repaired ones from the same root. */
export class PseudotimeReference {
  /** The cells of the course. */
  readonly #cells: Int32Array;
  readonly #root: number;
  readonly #clean: Float64Array;

  private constructor(cells: Int32Array, root: number, clean: Float64Array) {
    this.#cells = cells;
    this.#root = root;
    this.#clean = clean;
  }

  /**
   * Looks at the clean cells. The root is the cell of the first type that lies farthest out on the first diffusion component.
   *
   * @param course - types in their order.
   * @returns undefined where the course has fewer than 20 cells, or none of its first type.
   */
  static of(
    clean: DenseMatrix,
    types: readonly (string | null)[],
    course: readonly string[],
  ): PseudotimeReference | undefined {
    const cells = Int32Array.from(types.keys()).filter((cell) => course.includes(types[cell] ?? ""));
    const first = Int32Array.from(cells.keys()).filter((at) => types[cells[at]!] === course[0]);
    if (cells.length < LEAST_CELLS || first.length === 0) return undefined;
    const map = diffmap(cellGraph(clean.selectRows(cells)));
    const component = map.obsm["X_diffmap"]!.toDense().column(1);
    const root = first.reduce((a, b) => (Math.abs(component[b]!) > Math.abs(component[a]!) ? b : a));
    return new PseudotimeReference(cells, root, dpt(map, { root }).obs.numbers("dpt_pseudotime"));
  }

  /** Spearman's correlation of the repaired cells' pseudotime with the clean ones'; NaN where all cells are alike. */
  agreement(repaired: DenseMatrix): number {
    const map = diffmap(cellGraph(repaired.selectRows(this.#cells)));
    return spearman(this.#clean, dpt(map, { root: this.#root }).obs.numbers("dpt_pseudotime"));
  }
}
