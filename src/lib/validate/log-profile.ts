import { AnnData } from "../anndata/anndata.js";
import { log1p } from "../pp/log1p.js";
import { normalizeTotal } from "../pp/normalize-total.js";

/** Reads to which a bulk profile is scaled. */
export const BULK_TARGET = 1e6;

/**
 * Log profiles of bulk samples: log1p of counts per million, dense, with copies of `obs` and `var`. Per million, not per ten thousand as for cells: a
 * tissue's reads are spread over so many genes that at ten thousand most lie below one, where log1p is no logarithm.
 */
export function logProfiles(counts: AnnData): AnnData {
  const profiles = new AnnData({ X: counts.X, obs: counts.obs.copy(), var: counts.var.copy() });
  log1p(normalizeTotal(profiles, { targetSum: BULK_TARGET }));
  profiles.X = profiles.X.toDense();
  return profiles;
}
