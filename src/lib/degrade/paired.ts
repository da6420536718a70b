import type { AnnData } from "../anndata/anndata.js";
import { requireCounts } from "./require-counts.js";

/**
 * Refuses what are not the same cells and genes once clean and once degraded, both as counts.
 *
 * @throws RangeError where shape or names differ, Error where one does not hold counts.
 */
export function requirePairs(verb: string, clean: AnnData, degraded: AnnData): void {
  if (clean.nObs !== degraded.nObs || clean.nVars !== degraded.nVars) {
    throw new RangeError(
      `${verb}: clean is ${clean.shape.join(" × ")}, degraded is ${degraded.shape.join(" × ")}; ` +
        `select the same cells and genes of both`,
    );
  }
  const other = clean.varNames.findIndex((name, j) => name !== degraded.varNames[j]);
  if (other >= 0) {
    throw new RangeError(
      `${verb}: gene ${other} is ${clean.varNames[other]} in clean and ${degraded.varNames[other]} in degraded; ` +
        `select the same genes in the same order`,
    );
  }
  requireCounts(verb, clean.X);
  requireCounts(verb, degraded.X);
}
