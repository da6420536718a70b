import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { AnnData, CsrMatrix, DenseMatrix } from "../../../src/lib/anndata/index.js";
import { downsampleCounts, type DownsampleCountsOptions, downsampleRows, log1p } from "../../../src/lib/pp/index.js";
import { simulate } from "../../helpers/simulate.js";

describe("downsampling", () => {
  it("leaves each cell the target, or all it has, and no gene more than it had", () => {
    const before = simulate().X;
    const after = downsampleCounts(simulate(), { countsPerCell: 60, seed: 1 }).X;
    const totals = before.rowSums();
    expect([...after.rowSums()]).toEqual(Array.from(totals, (total) => Math.min(total, 60)));
    before.forEachNonZero((i, j, value) => expect(after.at(i, j)).toBeLessThanOrEqual(value));
    expect(Math.max(...totals)).toBeGreaterThan(60);
  });

  it("leaves the whole matrix the target", () => {
    const after = downsampleCounts(simulate(), { totalCounts: 1234 }).X;
    expect(after.rowSums().reduce((sum, total) => sum + total, 0)).toBe(1234);
  });

  it("keeps every molecule with the same probability", () => {
    // 4,000 cells with counts 9 and 1 of two genes, 5 kept: 4.5 and 0.5 on average, standard error 0.008.
    const X = DenseMatrix.fromRows(Array.from({ length: 4000 }, () => [9, 1]));
    const [first, second] = downsampleRows(X, new Float64Array(4000).fill(5)).columnSums();
    expect(first! / 4000).toBeCloseTo(4.5, 1);
    expect(second! / 4000).toBeCloseTo(0.5, 1);
  });

  it("of a sparse and a dense matrix, in pieces and as a whole, is the same", () => {
    const options = { countsPerCell: 50, seed: 3 };
    const sparse = downsampleCounts(simulate(), options).X;
    const dense = simulate();
    dense.X = dense.X.toDense();
    expect(downsampleCounts(dense, options).X.toDense()).toEqual(sparse.toDense());
    const head = simulate().select({ obs: Array.from({ length: 40 }, (_, i) => i) });
    const rows = Int32Array.from({ length: 40 }, (_, i) => i);
    expect(downsampleCounts(head, options).X.toDense()).toEqual(sparse.selectRows(rows).toDense());
  });

  it("meets any target of any cell", () => {
    fc.assert(
      fc.property(fc.array(fc.nat(20), { minLength: 1, maxLength: 12 }), fc.nat(60), fc.nat(), (row, target, seed) => {
        const total = row.reduce((sum, count) => sum + count, 0);
        const after = downsampleRows(CsrMatrix.fromDense(DenseMatrix.fromRows([row])), [target], seed);
        expect(after.rowSums()[0]).toBe(Math.min(total, target));
      }),
    );
  });

  it.each<[DownsampleCountsOptions, string]>([
    [{}, "pp.downsampleCounts: give either countsPerCell or totalCounts"],
    [{ countsPerCell: 3, totalCounts: 4 }, "give either countsPerCell or totalCounts"],
    [{ countsPerCell: 1.5 }, "countsPerCell must be a whole number of at least 0, not 1.5"],
    [{ countsPerCell: [1, 2] }, "countsPerCell has length 2; there are 90 cells"],
    [{ totalCounts: -1 }, "totalCounts must be a whole number of at least 0, not -1"],
    [{ counts: 1 } as never, 'pp.downsampleCounts: unknown option "counts"'],
  ])("refuses %j", (options, message) => {
    expect(() => downsampleCounts(simulate(), options)).toThrow(message);
  });

  it("refuses logarithms, and takes zeros", () => {
    expect(() => downsampleCounts(log1p(simulate()), { countsPerCell: 5 })).toThrow(
      "X holds other numbers than counts",
    );
    const zeros = new AnnData({ X: CsrMatrix.fromDense(DenseMatrix.zeros([2, 2])) });
    expect(downsampleCounts(zeros, { countsPerCell: 5 }).X.nnz).toBe(0);
  });
});
