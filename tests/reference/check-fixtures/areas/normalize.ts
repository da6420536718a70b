import { pp } from "../../../../src/lib/index.js";
import type { FixtureCase } from "../fixture-case.js";
import { dataInputs } from "../matrix-input.js";
import { float32, type Results, unknownCase } from "../results.js";

/** Library size, logarithm and scaling. */
export function normalize(fixture: FixtureCase): Results[] {
  if (fixture.name.startsWith("total")) return total(fixture);
  if (fixture.name.startsWith("scale")) return scaled(fixture);
  return unknownCase(fixture);
}

function total(fixture: FixtureCase): Results[] {
  const { target_sum, exclude_highly_expressed, max_fraction } = fixture.parameters as {
    target_sum: number | null;
    exclude_highly_expressed?: boolean;
    max_fraction?: number;
  };
  return dataInputs(fixture, "X").map((adata) => {
    pp.normalizeTotal(adata, {
      targetSum: target_sum ?? undefined,
      excludeHighlyExpressed: exclude_highly_expressed,
      maxFraction: max_fraction,
    });
    const sums = float32(adata.X.rowSums());
    const firstRows = float32(adata.X.toDense().data.slice(0, 20 * adata.nVars));
    const logarithms = float32(pp.log1p(adata).X.toDense().data);
    return { row_sums: sums, normalized_row_sums: sums, X_first_20_rows: firstRows, log1p: logarithms };
  });
}

function scaled(fixture: FixtureCase): Results[] {
  const { zero_center, max_value } = fixture.parameters as { zero_center: boolean; max_value: number };
  return dataInputs(fixture, "X").map((adata) => {
    pp.scale(adata, { zeroCenter: zero_center, maxValue: max_value });
    const { data } = adata.X.toDense();
    return {
      X: float32(data),
      X_first_20_rows: float32(data.slice(0, 20 * adata.nVars)),
      mean: float32(adata.var.numbers("mean")),
      std: float32(adata.var.numbers("std")),
    };
  });
}
