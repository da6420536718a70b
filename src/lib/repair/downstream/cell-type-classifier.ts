import type { DenseMatrix } from "../../anndata/dense.js";
import { classificationScores } from "../../metrics/confusion.js";
import { float64Rows } from "../../tl/cell-rows.js";
import { geneColumns } from "../../tl/gene-columns.js";
import { logisticRegression, type LogisticRegression } from "../../tl/logistic-regression.js";
import type { ScoredTypes } from "../scores/scored-types.js";
import { type ComponentSpace, componentSpace, type Points, project } from "../scores/separation.js";

/** Tells cell types apart: logistic regression on the first 30 principal components of the cells it was fitted on. */
export class CellTypeClassifier {
  readonly #space: ComponentSpace;
  readonly #regression: LogisticRegression;
  readonly #groups: number;

  /**
   * @param cells - clean training cells × genes, log1p.
   * @param scored - their types, two at least.
   */
  constructor(cells: DenseMatrix, { types, codes }: ScoredTypes) {
    this.#space = componentSpace(cells);
    this.#groups = types.length;
    const { values, dimensions } = project(cells, this.#space);
    this.#regression = logisticRegression(geneColumns(float64Rows(values, dimensions)), codes, types.length);
  }

  /** The most probable type of every cell, as a position in the types. */
  classify(cells: DenseMatrix): Int32Array {
    const points = project(cells, this.#space);
    return Int32Array.from({ length: cells.shape[0] }, (_, i) => this.#typeOf(points, i));
  }

  #typeOf({ values, dimensions }: Points, cell: number): number {
    const { coefficients, intercepts } = this.#regression;
    const scores = Array.from(intercepts, (intercept, group) => {
      let score = intercept;
      for (let c = 0; c < dimensions; c++) {
        score += coefficients[group * dimensions + c]! * values[cell * dimensions + c]!;
      }
      return score;
    });
    if (this.#groups === 2) return scores[0]! > 0 ? 1 : 0;
    return scores.indexOf(Math.max(...scores));
  }
}

/**
 * Accuracy, and the mean over types of F1, of the cells that have a type.
 *
 * @param found - the type given to every cell.
 */
export function typesRecognised(
  { types, codes }: ScoredTypes,
  found: Int32Array,
): { accuracy: number; macroF1: number } {
  const known = Int32Array.from(codes.keys()).filter((cell) => codes[cell]! >= 0);
  const right = known.filter((cell) => found[cell] === codes[cell]).length;
  const f1 = types.map((_, type) => {
    const count = (isType: boolean, isCalled: boolean) =>
      known.filter((cell) => (codes[cell] === type) === isType && (found[cell] === type) === isCalled).length;
    return classificationScores({
      truePositives: count(true, true),
      falsePositives: count(false, true),
      falseNegatives: count(true, false),
      trueNegatives: count(false, false),
    }).f1;
  });
  return { accuracy: right / known.length, macroF1: f1.reduce((sum, value) => sum + value, 0) / types.length };
}
