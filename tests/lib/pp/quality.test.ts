import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { AnnData, CsrMatrix, DenseMatrix } from "../../../src/lib/anndata/index.js";
import { calculateQcMetrics, filterCells, filterGenes } from "../../../src/lib/pp/index.js";
import { expectClose } from "../../helpers/compare.js";
import { STORAGES } from "../../helpers/matrices.js";

const COUNTS = [
  [5, 0, 0, 1],
  [0, 0, 0, 0],
  [2, 0, 3, 3],
];

describe.each(STORAGES)("%s counts", (storage) => {
  const counts = (rows = COUNTS) => {
    const X = DenseMatrix.fromRows(rows);
    return new AnnData({ X: storage === "dense" ? X : CsrMatrix.fromDense(X) });
  };

  it("have measures of cells; shares of a cell without counts are NaN", () => {
    const adata = counts();
    adata.var.set("mt", [false, false, true, true]);
    const { obs } = calculateQcMetrics(adata, { qcVars: ["mt"], percentTop: [1, 4] });
    expect([...obs.numbers("n_genes_by_counts")]).toEqual([2, 0, 3]);
    expect([...obs.numbers("total_counts")]).toEqual([6, 0, 8]);
    expect([...obs.numbers("pct_counts_in_top_1_genes")]).toEqual([(100 * 5) / 6, NaN, 37.5]);
    expect([...obs.numbers("pct_counts_in_top_4_genes")]).toEqual([100, NaN, 100]);
    expect([...obs.numbers("total_counts_mt")]).toEqual([1, 0, 6]);
    expect([...obs.numbers("pct_counts_mt")]).toEqual([100 / 6, NaN, 75]);
    expect([...obs.numbers("log1p_total_counts")]).toEqual([Math.log1p(6), 0, Math.log1p(8)]);
  });

  it("have measures of genes, also of one that is never seen", () => {
    const { var: features } = calculateQcMetrics(counts());
    expect([...features.numbers("n_cells_by_counts")]).toEqual([2, 0, 1, 2]);
    expect([...features.numbers("total_counts")]).toEqual([7, 0, 3, 4]);
    expect([...features.numbers("mean_counts")]).toEqual([7 / 3, 0, 1, 4 / 3]);
    expect(features.numbers("pct_dropout_by_counts")[1]).toBe(100);
  });

  it("leave the logarithms out, and shares of more genes than there are", () => {
    const { obs, var: features } = calculateQcMetrics(counts(), { log1p: false });
    expect(obs.columns).toEqual(["n_genes_by_counts", "total_counts"]);
    expect(features.columns).toEqual(["n_cells_by_counts", "mean_counts", "pct_dropout_by_counts", "total_counts"]);
  });

  it("are measured the same in another order of cells and genes", () => {
    const order = { obs: [2, 0, 1], var: [3, 1, 0, 2] };
    const first = calculateQcMetrics(counts(), { percentTop: [2] }).select(order);
    const then = calculateQcMetrics(counts().select(order), { percentTop: [2] });
    for (const name of first.obs.columns) expect(then.obs.numbers(name)).toEqual(first.obs.numbers(name));
    for (const name of first.var.columns) expect(then.var.numbers(name)).toEqual(first.var.numbers(name));
  });

  it("have the same shares whether they are counted or sorted: halves, and counts too large to be counted", () => {
    const row = fc.array(fc.oneof(fc.nat(6), fc.nat(300)), { minLength: 12, maxLength: 12 });
    fc.assert(
      fc.property(fc.array(row, { minLength: 1, maxLength: 5 }), (rows) => {
        const shares = (factor: number) => {
          const dense = DenseMatrix.fromRows(rows.map((counts) => counts.map((count) => count * factor)));
          const X = storage === "dense" ? dense : CsrMatrix.fromDense(dense);
          const { obs } = calculateQcMetrics(new AnnData({ X }), { percentTop: [1, 5, 12] });
          return [1, 5, 12].flatMap((n) => [...obs.numbers(`pct_counts_in_top_${n}_genes`)]);
        };
        expectClose(shares(0.5), shares(1));
        expectClose(shares(4096), shares(1));
      }),
      { numRuns: 30 },
    );
  });

  it("may be none", () => {
    const adata = calculateQcMetrics(counts().select({ obs: [] }));
    expect([...adata.var.numbers("total_counts")]).toEqual([0, 0, 0, 0]);
    expect(calculateQcMetrics(counts().select({ var: [] })).obs.numbers("total_counts")).toEqual(new Float64Array(3));
  });

  it.each([
    [{ minGenes: 2 }, ["0", "2"], ["n_genes"]],
    [{ maxGenes: 2 }, ["0", "1"], ["n_genes"]],
    [{ minCounts: 6, maxCounts: 6 }, ["0"], ["n_counts"]],
    [{ minGenes: 1, maxCounts: 7 }, ["0"], ["n_genes", "n_counts"]],
    [{ minGenes: 0, maxGenes: Infinity }, ["0", "1", "2"], ["n_genes"]],
    [{ minGenes: 9 }, [], ["n_genes"]],
  ])("are filtered to cells by %j, limits included", (options, kept, columns) => {
    const adata = filterCells(counts(), options);
    expect(adata.obsNames).toEqual(kept);
    expect(adata.obs.columns).toEqual(columns);
    expect(adata.X.shape).toEqual([kept.length, 4]);
  });

  it.each([
    [{ minCells: 1 }, ["0", "2", "3"], ["n_cells"]],
    [{ maxCells: 1 }, ["1", "2"], ["n_cells"]],
    [{ minCounts: 4, maxCounts: 7 }, ["0", "3"], ["n_counts"]],
    [{ minCells: 2, maxCounts: 4 }, ["3"], ["n_cells", "n_counts"]],
  ])("are filtered to genes by %j, limits included", (options, kept, columns) => {
    const adata = filterGenes(counts(), options);
    expect(adata.varNames).toEqual(kept);
    expect(adata.var.columns).toEqual(columns);
  });

  it("drop a cell whose sum is NaN", () => {
    expect(
      filterCells(
        counts([
          [NaN, 1],
          [1, 1],
        ]),
        { minCounts: 0 },
      ).obsNames,
    ).toEqual(["1"]);
  });
});

describe("refusals", () => {
  const counts = () => new AnnData({ X: DenseMatrix.fromRows(COUNTS) });

  it("name the option that is not known, missing or impossible", () => {
    expect(() => filterCells(counts(), {})).toThrow(
      new TypeError("pp.filterCells: give minGenes, maxGenes, minCounts or maxCounts"),
    );
    expect(() => filterGenes(counts(), {})).toThrow("pp.filterGenes: give minCells, maxCells, minCounts or maxCounts");
    expect(() => filterCells(counts(), { mingenes: 3 } as never)).toThrow(
      new TypeError('pp.filterCells: unknown option "mingenes"; options: minGenes, maxGenes, minCounts, maxCounts'),
    );
    expect(() => filterCells(counts(), { minGenes: 5, maxGenes: 2 })).toThrow(
      new RangeError("pp.filterCells: minGenes is 5 and maxGenes 2; nothing satisfies both"),
    );
    expect(() => filterGenes(counts(), { minCounts: NaN })).toThrow("pp.filterGenes: minCounts is NaN and maxCounts");
  });

  it.each([0, 5, 1.5])("come for the share of %d of 4 genes", (n) => {
    expect(() => calculateQcMetrics(counts(), { percentTop: [n] })).toThrow(
      new RangeError(`percentTop holds ${n}; it must be from 1 to the number of genes, 4`),
    );
  });

  it("say how to make the column that is missing, before anything is written", () => {
    const adata = counts();
    expect(() => calculateQcMetrics(adata, { qcVars: ["mt"] })).toThrow(
      'var has no column "mt"; make one first, e.g. adata.var.set("mt", adata.varNames.map((gene) => gene.startsWith("MT-")))',
    );
    expect(adata.obs.columns).toEqual([]);
  });
});
