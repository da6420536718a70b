import type { AnnData } from "../anndata/anndata.js";

/** Mean share of each gene of the samples' reads. */
export function meanShares(samples: AnnData): Float64Array {
  const totals = samples.X.rowSums();
  const shares = new Float64Array(samples.nVars);
  samples.X.forEachNonZero((i, j, value) => (shares[j]! += value / totals[i]! / samples.nObs));
  return shares;
}
