import { describe, expect, it } from "vitest";
import { AnnData, CsrMatrix, DenseMatrix } from "../../../src/lib/anndata/index.js";
import { log1p, normalizeMatrix, normalizeTotal, scale, standardise } from "../../../src/lib/pp/index.js";
import { expectClose } from "../../helpers/compare.js";
import { STORAGES } from "../../helpers/matrices.js";
import { simulate } from "../../helpers/simulate.js";

/** What is stored is float32. */
const SINGLE = { relative: 3e-7, absolute: 1e-7 };

describe.each(STORAGES)("%s data", (storage) => {
  const of = (rows: number[][]) => {
    const X = DenseMatrix.fromRows(rows);
    return new AnnData({ X: storage === "dense" ? X : CsrMatrix.fromDense(X) });
  };
  const counts = () => {
    const adata = simulate({ cells: 30, genes: 20 });
    if (storage === "dense") adata.X = adata.X.toDense();
    return adata;
  };

  it("are normalised to the same total, by default the median of those above zero", () => {
    const adata = normalizeTotal(
      of([
        [1, 1],
        [0, 0],
        [2, 4],
        [3, 6],
      ]),
    );
    expect([...adata.X.toDense().data]).toEqual([3, 3, 0, 0, 2, 4, 2, 4]);
    expectClose(normalizeTotal(counts(), { targetSum: 1e4 }).X.rowSums(), new Float64Array(30).fill(1e4), SINGLE);
  });

  it("stay sparse or dense, and the matrix that was there stays as it is", () => {
    const adata = of([[1, 3]]);
    const before = adata.X;
    normalizeTotal(adata, { targetSum: 8 });
    expect([adata.X.kind, [...adata.X.row(0)], [...before.row(0)]]).toEqual([before.kind, [2, 6], [1, 3]]);
  });

  it("do not depend on how deep a cell was read", () => {
    const adata = counts();
    const deep = counts();
    deep.X = deep.X.scaleRows(Float64Array.from({ length: 30 }, (_, i) => 2 ** (i % 5)));
    const options = { targetSum: 100 };
    expectClose(normalizeTotal(deep, options).X.data, normalizeTotal(adata, options).X.data, SINGLE);
  });

  it("leave dominant genes out of the sums", () => {
    const adata = normalizeTotal(
      of([
        [90, 5, 5],
        [0, 10, 30],
      ]),
      { targetSum: 10, excludeHighlyExpressed: true, maxFraction: 0.8 },
    );
    expectClose(adata.X.toDense().data, [90, 5, 5, 0, 2.5, 7.5], SINGLE);
  });

  it("that are all zero, or none, stay so", () => {
    expect([...normalizeTotal(of([[0, 0]])).X.toDense().data]).toEqual([0, 0]);
    expect(normalizeTotal(of([])).X.shape).toEqual([0, 0]);
    expect([...normalizeMatrix(of([[0, 0]]).X, new Float64Array(1), 10).toDense().data]).toEqual([0, 0]);
  });

  it("have logarithms once", () => {
    const adata = log1p(of([[0, Math.E - 1, 1e-7]]));
    expectClose(adata.X.row(0), [0, 1, 1e-7], SINGLE);
    expect(adata.uns["log1p"]).toEqual({ base: null });
    expect(() => log1p(adata)).toThrow("X has been through log1p already (uns.log1p is set); delete adata.uns.log1p");
  });

  it("do not change uns of the data they were selected from", () => {
    const adata = counts();
    log1p(adata.select({ obs: [0, 1] }));
    expect(adata.uns["log1p"]).toBeUndefined();
  });

  it("are scaled to mean 0 and variance 1, a constant gene to 0", () => {
    const adata = scale(
      of([
        [1, 7, 0],
        [2, 7, 0],
        [3, 7, 0],
      ]),
    );
    expect([...adata.X.toDense().data]).toEqual([-1, 0, 0, 0, 0, 0, 1, 0, 0]);
    expect([...adata.var.numbers("mean")]).toEqual([2, 7, 0]);
    expect([...adata.var.numbers("std")]).toEqual([1, 1, 1]);
  });

  it("are clipped, and not centred where that is asked for", () => {
    const rows = [
      [0, 4],
      [0, 0],
      [6, 2],
    ];
    expect(
      scale(of(rows), { maxValue: 0.5 })
        .X.toDense()
        .data.every((value) => Math.abs(value) <= 0.5),
    ).toBe(true);
    const adata = scale(of(rows), { zeroCenter: false, maxValue: 1.5 });
    expectClose(adata.X.toDense().data, [0, 1.5, 0, 0, 1.5, 1], SINGLE);
    expect(adata.X.kind).toBe(storage === "dense" ? "dense" : "csr");
  });

  it("keep NaN to its gene when scaled", () => {
    const { X } = scale(
      of([
        [NaN, 1],
        [2, 3],
      ]),
    );
    expectClose(X.toDense().data, [NaN, -Math.SQRT1_2, NaN, Math.SQRT1_2], SINGLE);
  });

  it("of one cell are scaled to zero", () => {
    expect([...scale(of([[5, 0]])).X.toDense().data]).toEqual([0, 0]);
  });

  it("are scaled the same in another order of cells", () => {
    const order = Array.from({ length: 30 }, (_, i) => (i * 7) % 30);
    const first = scale(counts()).X.selectRows(order);
    const then = counts();
    then.X = then.X.selectRows(order);
    expectClose(scale(then).X.data, first.data, { relative: 1e-6, absolute: 1e-6 });
  });

  it("are standardised by means and spreads from elsewhere", () => {
    expect([...standardise(of([[1, 2]]).X, [1, 0], [2, 4]).data]).toEqual([0, 0.5]);
  });
});

describe("refusals", () => {
  const adata = () => new AnnData({ X: DenseMatrix.fromRows([[1, 2]]) });

  it.each([0, -1, NaN])("come for a total of %d", (targetSum) => {
    expect(() => normalizeTotal(adata(), { targetSum })).toThrow(
      new RangeError(`targetSum must be positive, not ${targetSum}`),
    );
  });

  it.each([0, 1.1, NaN])("come for a fraction of %d", (maxFraction) => {
    expect(() => normalizeTotal(adata(), { maxFraction })).toThrow(
      new RangeError(`maxFraction must be above 0 and at most 1, not ${maxFraction}`),
    );
  });

  it.each([0, -2, NaN])("come for clipping at %d", (maxValue) => {
    expect(() => scale(adata(), { maxValue })).toThrow(new RangeError(`maxValue must be positive, not ${maxValue}`));
  });

  it("come for options that are not known", () => {
    expect(() => normalizeTotal(adata(), { target_sum: 1 } as never)).toThrow(
      'pp.normalizeTotal: unknown option "target_sum"; options: targetSum',
    );
    expect(() => scale(adata(), { max: 1 } as never)).toThrow(
      'pp.scale: unknown option "max"; options: zeroCenter, maxValue',
    );
  });
});
