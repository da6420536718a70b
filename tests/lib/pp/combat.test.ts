import { describe, expect, it } from "vitest";
import type { AnnData } from "../../../src/lib/anndata/index.js";
import { categorical, CsrMatrix } from "../../../src/lib/anndata/index.js";
import { combat, type CombatOptions, log1p, normalizeTotal } from "../../../src/lib/pp/index.js";
import { expectClose } from "../../helpers/compare.js";
import { simulate } from "../../helpers/simulate.js";

/** Logarithms of two batches, the second shifted by `shift`. */
function batched(shift = 1.5): AnnData {
  const adata = log1p(normalizeTotal(simulate(), { targetSum: 1e3 }));
  adata.X = adata.X.toDense();
  const batch = Array.from({ length: 90 }, (_, i) => (Math.floor(i / 3) % 2 === 0 ? "a" : "b"));
  adata.X.data.forEach((value, at, data) => {
    // Gene 0 stays constant.
    if (at % 60 > 0 && batch[Math.floor(at / 60)] === "b") data[at] = 0.8 * value + shift;
  });
  adata.obs.set("batch", categorical(batch));
  adata.obs.set(
    "depth",
    Float64Array.from({ length: 90 }, (_, i) => Math.sin(i)),
  );
  return adata;
}

/** The difference of the batches' means, gene by gene. */
function gaps(adata: AnnData): number[] {
  const batch = adata.obs.strings("batch");
  return Array.from({ length: 60 }, (_, j) => {
    let sum = 0;
    adata.X.column(j).forEach((value, i) => (sum += batch[i] === "a" ? value / 45 : -value / 45));
    return Math.abs(sum);
  });
}

describe("ComBat", () => {
  it("brings batches together, and keeps the mean of every gene", () => {
    const before = batched();
    const after = combat(batched());
    const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
    expect(mean(gaps(after))).toBeLessThan(0.2 * mean(gaps(before)));
    expectClose(after.X.columnSums(), before.X.columnSums(), { relative: 0.02, absolute: 1e-3 });
  });

  it("leaves a gene that is the same in all cells", () => {
    expect([...combat(batched()).X.column(0)]).toEqual([...batched().X.column(0)]);
  });

  it("is the same for a sparse matrix, and in another order of cells", () => {
    const expected = combat(batched()).X;
    const sparse = batched();
    sparse.X = CsrMatrix.fromDense(sparse.X.toDense());
    expectClose(combat(sparse).X.toDense().data, expected.toDense().data, { relative: 1e-6 });
    const order = Array.from({ length: 90 }, (_, i) => (i * 7) % 90);
    const permuted = combat(batched().select({ obs: order })).X.toDense();
    // Sums in another order, stored in float32.
    expectClose(permuted.data, expected.toDense().selectRows(order).data, { relative: 1e-5, absolute: 1e-5 });
  });

  it.each<[CombatOptions, string]>([
    [{ key: "donor" }, 'there is no column "donor"'],
    [{ key: "some" }, "obs.some has no value for cell cell1"],
    [{ key: "each" }, 'batch "c0" of obs.each has one cell; it needs two or more'],
    [{ covariates: ["age"] }, 'there is no column "age"'],
    [{ covariates: ["part"] }, "obs.part is NaN for cell cell2"],
    [{ covariates: ["depth", "depth"] }, "the covariates cannot be told apart from the batches or one another"],
    [{ batchKey: "batch" } as never, 'pp.combat: unknown option "batchKey"'],
  ])("refuses %j", (options, message) => {
    const adata = batched();
    adata.obs.set("some", categorical(Array.from({ length: 90 }, (_, i) => (i === 1 ? null : "a"))));
    adata.obs.set("each", categorical(Array.from({ length: 90 }, (_, i) => `c${i}`)));
    adata.obs.set(
      "part",
      Float64Array.from({ length: 90 }, (_, i) => (i === 2 ? NaN : i)),
    );
    expect(() => combat(adata, options)).toThrow(message);
  });
});
