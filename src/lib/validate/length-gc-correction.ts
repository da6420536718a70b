import { DenseMatrix } from "../anndata/dense.js";
import { rowMajor } from "../anndata/matrix.js";
import { geneGc, geneLengths } from "../degrade/gene-numbers.js";
import type { RepairModel } from "../repair/model.js";
import type { TrainingData } from "../repair/training-data.js";
import { choleskySolve } from "../stats/cholesky.js";

/**
 * Takes length and GC out of each sample: its distances from the clean training mean are regressed on log2 length, GC and GC² (least
 * squares over the genes), and the fitted values subtracted. The baseline that knows the confounders and nothing else.
 */
export async function fitLengthGcCorrection({ train, genes, scaling }: TrainingData): Promise<RepairModel> {
  const length = geneLengths(train).map(Math.log2);
  const gc = geneGc(train).map((value) => value - 0.5);
  const columns = [new Float64Array(genes.length).fill(1), length, gc, gc.map((value) => value ** 2)];
  const products = Float64Array.from({ length: 16 }, (_, at) => {
    const [a, b] = [columns[at >> 2]!, columns[at & 3]!];
    return a.reduce((sum, value, j) => sum + value * b[j]!, 0);
  });
  return {
    name: "length-gc",
    label: "Length and GC regression",
    parameters: genes.length,
    async repair(cells) {
      const matrix = rowMajor(cells.X);
      const rows = Array.from({ length: cells.nObs }, (_, i) => {
        const row = matrix.row(i);
        const distance = row.map((value, j) => value - scaling.mean[j]!);
        const target = Float64Array.from(columns, (column) => column.reduce((sum, v, j) => sum + v * distance[j]!, 0));
        const fitted = choleskySolve(products.slice(), 4, target);
        return row.map((value, j) => value - columns.reduce((sum, column, k) => sum + fitted[k]! * column[j]!, 0));
      });
      return { mean: DenseMatrix.fromRows(rows) };
    },
  };
}
