import { pp } from "../../../../src/lib/index.js";
import type { FixtureCase } from "../fixture-case.js";
import { dataInputs } from "../matrix-input.js";
import { float32, type Results, signFree } from "../results.js";

/** Principal components. */
export function pca(fixture: FixtureCase): Results[] {
  const { n_comps, scale_first, scale_max_value } = fixture.parameters as {
    n_comps: number;
    scale_first: boolean;
    scale_max_value: number | null;
  };
  return dataInputs(fixture, "X").map((adata) => {
    if (scale_first) pp.scale(adata, { maxValue: scale_max_value ?? undefined });
    const found = pp.pcaOfMatrix(adata.X, n_comps);
    return {
      explained_variance: float32(found.variance),
      explained_variance_ratio: float32(found.varianceRatio),
      components: float32(signFree(found.components, 0)),
      scores: float32(signFree(found.scores, 1)),
    };
  });
}
