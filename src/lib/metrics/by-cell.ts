import { checkLengths } from "./mse.js";

type Measure = (a: ArrayLike<number>, b: ArrayLike<number>) => number;

/**
 * A measure of two matrices for each cell.
 *
 * @param measure - of two lists, e.g. {@link pearson}; may not keep them.
 * @param a - cells × genes, row-major.
 * @param b - the same.
 * @param genes - number of genes.
 * @returns one value a cell.
 * @throws RangeError where the sizes differ or are no multiple of the number of genes.
 * @example
 * byCell(mse, truth, restored, 2000);
 */
export function byCell(measure: Measure, a: Values, b: Values, genes: number): Float64Array {
  const cells = rowsOf(a, b, genes);
  return Float64Array.from({ length: cells }, (_, i) =>
    measure(a.subarray(i * genes, (i + 1) * genes), b.subarray(i * genes, (i + 1) * genes)),
  );
}

/**
 * A measure of two matrices for each gene, as {@link byCell}.
 *
 * @returns one value a gene.
 * @example
 * byGene(mse, truth, restored, 2000);
 */
export function byGene(measure: Measure, a: Values, b: Values, genes: number): Float64Array {
  const cells = rowsOf(a, b, genes);
  const [left, right] = [new Float64Array(cells), new Float64Array(cells)];
  return Float64Array.from({ length: genes }, (_, j) => {
    for (let i = 0; i < cells; i++) {
      left[i] = a[i * genes + j]!;
      right[i] = b[i * genes + j]!;
    }
    return measure(left, right);
  });
}

type Values = Float32Array | Float64Array;

function rowsOf(a: Values, b: Values, genes: number): number {
  checkLengths(a, b);
  const cells = a.length / genes;
  if (!Number.isInteger(cells)) throw new RangeError(`${a.length} values are no multiple of ${genes} genes`);
  return cells;
}
