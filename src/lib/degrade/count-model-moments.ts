import type { CsrMatrix } from "../anndata/csr.js";
import { ambientPool, type CountModel } from "./apply-count-model.js";

/** The moments that {@link countMoments} documents, of every entry: cells × genes, row-major. */
export function momentsOfCountModel(
  matrix: CsrMatrix,
  model: CountModel,
): { mean: Float64Array; variance: Float64Array } {
  const [cells, genes] = matrix.shape;
  const { profile, expected } = ambientPool(matrix, model);
  const mean = new Float64Array(cells * genes);
  const variance = new Float64Array(cells * genes);
  for (let i = 0; i < cells; i++) {
    const loss = model.captureLoss[i]!;
    const counts = matrix.row(i);
    for (let j = 0; j < genes; j++) {
      const p = model.keep[i]! * (model.integrity[i]! / 10) ** model.relativeLength[j]!;
      const kept = counts[j]! * p;
      const added = expected[i]! * profile[j]!;
      mean[i * genes + j] = (1 - loss) * kept + added;
      variance[i * genes + j] = (1 - loss) * kept * (1 - p) + loss * (1 - loss) * kept ** 2 + added;
    }
  }
  swap(mean, variance, cells, genes, model.swapping);
  return { mean, variance };
}

/** What swapping makes of the moments, in place. */
function swap(mean: Float64Array, variance: Float64Array, cells: number, genes: number, swapping: Float64Array): void {
  for (let j = 0; j < genes; j++) {
    let arriving = 0;
    let spread = 0;
    for (let i = 0; i < cells; i++) {
      const share = swapping[i]! / cells;
      arriving += share * mean[i * genes + j]!;
      spread += thinned(mean[i * genes + j]!, variance[i * genes + j]!, share);
    }
    for (let i = 0; i < cells; i++) {
      const at = i * genes + j;
      const share = swapping[i]! / cells;
      const stay = 1 - swapping[i]! + share;
      const [own, ownVariance] = [mean[at]!, variance[at]!];
      mean[at] = stay * own + arriving - share * own;
      variance[at] = thinned(own, ownVariance, stay) + spread - thinned(own, ownVariance, share);
    }
  }
}

/** The variance of a count of which each molecule is kept with probability `share`. */
function thinned(mean: number, variance: number, share: number): number {
  return share ** 2 * variance + share * (1 - share) * mean;
}
