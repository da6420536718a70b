import { describe, expect, it } from "vitest";
import { AnnData, categorical, CsrMatrix, DenseMatrix, Frame } from "../../../src/lib/anndata/index.js";
import { random } from "../../../src/lib/stats/index.js";
import { aggregate } from "../../../src/lib/tl/index.js";
import { expectClose } from "../../helpers/compare.js";
import { simulate } from "../../helpers/simulate.js";

const ALL = ["sum", "mean", "var", "count_nonzero"] as const;

function data(): AnnData {
  const adata = simulate({ cells: 31, genes: 9 });
  adata.obs.set("sample", categorical(adata.obsNames.map((_, i) => (i < 12 ? "s1" : "s2"))));
  return adata;
}

describe("an aggregate", () => {
  it("has one row a group, with the number of its cells, and the functions asked for", () => {
    const adata = data();
    const found = aggregate(adata, { by: "cell_type", func: ALL });
    expect(found.shape).toEqual([3, 9]);
    expect(found.obsNames).toEqual(["B", "NK", "T"]);
    expect([...found.obs.numbers("n_obs_aggregated")]).toEqual([11, 10, 10]);
    expect(found.varNames).toEqual(adata.varNames);
    expect(Object.keys(found.layers)).toEqual([...ALL]);
    expect(found.X.toDense().data).toEqual(found.layers["sum"]!.toDense().data);
    const rows = adata.obs.strings("cell_type").flatMap((type, i) => (type === "NK" ? [i] : []));
    for (let j = 0; j < 9; j++) {
      const values = rows.map((i) => adata.X.at(i, j));
      const sum = values.reduce((total, value) => total + value, 0);
      const variance = values.reduce((total, value) => total + (value - sum / 10) ** 2, 0) / 9;
      const at = (name: string) => found.layers[name]!.at(1, j);
      expect([at("sum"), at("count_nonzero")]).toEqual([sum, values.filter((value) => value !== 0).length]);
      expectClose([at("mean"), at("var")], [sum / 10, variance], { relative: 1e-6 });
    }
  });

  it("is the same sparse and dense, and for cells in another order", () => {
    const expected = aggregate(data(), { by: ["sample", "cell_type"], func: "sum" });
    const dense = data();
    dense.X = dense.X.toDense();
    expect(aggregate(dense, { by: ["sample", "cell_type"], func: "sum" }).X).toEqual(expected.X);
    const shuffled = data();
    shuffled.keepObs([...random(0, "cells").permutation(31)]);
    expect(aggregate(shuffled, { by: ["sample", "cell_type"] }).X).toEqual(expected.X);
  });

  it("of parts adds up to the whole", () => {
    const adata = data();
    const fine = aggregate(adata, { by: ["cell_type", "sample"] });
    const whole = aggregate(adata, { by: "cell_type" });
    expect(aggregate(fine, { by: "cell_type" }).X).toEqual(whole.X);
    expectClose(whole.X.columnSums(), adata.X.columnSums());
  });

  it("names combinations in the order of categories and leaves out those without cells, and cells without a group", () => {
    const obs = new Frame(["1", "2", "3", "4"], {
      a: categorical(["y", "x", "y", null], ["y", "x", "z"]),
      b: categorical(["q", "p", "q", "p"]),
    });
    const adata = new AnnData({ X: DenseMatrix.fromRows([[1], [2], [4], [8]]), obs });
    const found = aggregate(adata, { by: ["a", "b"] });
    expect(found.obsNames).toEqual(["y_q", "x_p"]);
    expect([found.obs.strings("a"), found.obs.strings("b")]).toEqual([["y", "x"], ["q", "p"]]); // prettier-ignore
    expect([...found.X.toDense().data]).toEqual([5, 2]);
    // Texts and booleans group as well.
    adata.obs.set("text", ["v", "u", "u", "u"]).set("flag", [true, false, true, false]);
    expect(aggregate(adata, { by: "text" }).obsNames).toEqual(["u", "v"]);
    expect(aggregate(adata, { by: "flag" }).obsNames).toEqual(["false", "true"]);
  });

  it("keeps large sums exact, takes a layer, and divides variances by n less dof", () => {
    const X = new CsrMatrix([2, 1], Float32Array.of(8_000_000, 8_000_001), Int32Array.of(0, 0), Int32Array.of(0, 1, 2));
    const adata = new AnnData({
      X,
      obs: new Frame(["1", "2"], { g: ["a", "a"] }),
      layers: { twice: X.scaleRows([2, 2]) },
    });
    expect(aggregate(adata, { by: "g" }).X.at(0, 0)).toBe(16_000_001);
    expect(aggregate(adata, { by: "g", layer: "twice", func: "mean" }).X.at(0, 0)).toBe(16_000_001);
    expect(aggregate(adata, { by: "g", func: "var" }).X.at(0, 0)).toBe(0.5);
    expect(aggregate(adata, { by: "g", func: "var", dof: 0 }).X.at(0, 0)).toBe(0.25);
  });

  it("is refused of what does not exist", () => {
    expect(() => aggregate(data(), {})).toThrow("give by, a column of obs: cell_type, sample");
    expect(() => aggregate(data(), { by: [] })).toThrow("give by");
    expect(() => aggregate(data(), { by: "batch" })).toThrow('there is no column "batch"');
    expect(() => aggregate(data(), { by: "sample", func: "median" as "sum" })).toThrow('func "median" is not known');
    expect(() => aggregate(data(), { by: "sample", layer: "raw" })).toThrow('there is no layer "raw"');
    expect(() => aggregate(data(), { by: "sample", axis: 1 } as object)).toThrow('unknown option "axis"');
  });
});
