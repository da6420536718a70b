import type { CsrMatrix } from "../anndata/csr.js";
import type { Arrivals } from "./fit-arrivals.js";

/** More entries than this say nothing more: every so manieth is taken. */
const ENTRIES = 200_000;

/**
 * Fits the probability that all molecules of a gene are lost in a cell to the zeros where there were molecules before. A count `x` of
 * a cell of which the share `k` of survivors is left ends as 0 with probability
 * `(d + (1 - d) (1 - k s (1 - swapping) / (1 - d))^x) · exp(-arrivals)`, which rises with `d`: the `d` is returned at which as many zeros
 * are expected as there are. The share `k` is each cell's own, so that cells of different depth do not look like loss.
 *
 * @param survivals - s, the share that survives fragmentation, one a gene.
 */
export function fitCaptureLoss(
  before: CsrMatrix,
  after: CsrMatrix,
  survivals: Float64Array,
  { ambient, swapping }: Arrivals,
): number {
  const cells = before.shape[0];
  const stride = Math.max(1, Math.ceil(before.nnz / ENTRIES));
  const count: number[] = [];
  const p: number[] = [];
  const arriving: number[] = [];
  let zeros = 0;
  const sums = after.rowSums();
  const left = sums.reduce((sum, value) => sum + value, 0);
  const geneTotals = after.columnSums();
  for (let i = 0; i < cells; i++) {
    let survivors = 0;
    for (let at = before.indptr[i]!; at < before.indptr[i + 1]!; at++) {
      survivors += before.data[at]! * survivals[before.indices[at]!]!;
    }
    if (survivors === 0) continue;
    const staying = Math.max(0, sums[i]! - (swapping * left) / cells);
    const own = (staying * (1 - ambient)) / survivors;
    const poolMolecules = staying * ambient + (swapping * left) / cells;
    const degraded = after.row(i);
    for (let at = before.indptr[i]!; at < before.indptr[i + 1]!; at++) {
      const j = before.indices[at]!;
      if (at % stride !== 0 || before.data[at] === 0) continue;
      count.push(before.data[at]!);
      p.push(own * survivals[j]!);
      arriving.push((poolMolecules * geneTotals[j]!) / left);
      if (degraded[j] === 0) zeros++;
    }
  }
  const expected = (loss: number) => {
    let sum = 0;
    for (let at = 0; at < count.length; at++) {
      const kept = Math.min(1, p[at]! / (1 - loss));
      sum += (loss + (1 - loss) * (1 - kept) ** count[at]!) * Math.exp(-arriving[at]!);
    }
    return sum;
  };
  if (expected(0) >= zeros) return 0;
  let [low, high] = [0, 1 - 1e-9];
  for (let step = 0; step < 40; step++) {
    const middle = (low + high) / 2;
    if (expected(middle) < zeros) low = middle;
    else high = middle;
  }
  return low;
}
