import { describe, expect, it } from "vitest";
import { AnnData, categorical, DenseMatrix } from "../../../src/lib/anndata/index.js";
import { regressOut, type RegressOutOptions, residuals } from "../../../src/lib/pp/index.js";
import { expectClose } from "../../helpers/compare.js";
import { simulate } from "../../helpers/simulate.js";

describe("regressing out", () => {
  const data = () => {
    const adata = simulate();
    adata.obs.set("depth", adata.X.rowSums());
    return adata;
  };

  it("leaves values that no longer go with the column, and have mean 0", () => {
    const adata = regressOut(data(), { keys: "depth" });
    const depth = adata.obs.numbers("depth");
    for (let j = 0; j < adata.nVars; j++) {
      const column = adata.X.column(j);
      expect(column.reduce((sum, value) => sum + value, 0)).toBeCloseTo(0, 3);
      expect(column.reduce((sum, value, i) => sum + value * depth[i]!, 0) / depth[0]!).toBeCloseTo(0, 3);
    }
  });

  it("is done once: a second time changes nothing, nor does the same column twice", () => {
    const once = regressOut(data(), { keys: ["depth"] });
    const twice = regressOut(once.copy(), { keys: ["depth", "depth"] });
    expectClose(twice.X.toDense().data, once.X.toDense().data, { relative: 1e-5, absolute: 1e-5 });
  });

  it("takes the mean of each category out", () => {
    const adata = regressOut(data(), { keys: "cell_type" });
    const types = adata.obs.strings("cell_type");
    for (const type of ["B", "NK", "T"]) {
      let sum = 0;
      types.forEach((label, i) => (sum += label === type ? adata.X.at(i, 5) : 0));
      expect(sum).toBeCloseTo(0, 4);
    }
  });

  it("gives nothing but zeros where there are as many regressors as cells, and works without genes", () => {
    const square = residuals(DenseMatrix.fromRows([[1], [2]]), [Float64Array.of(1, 1), Float64Array.of(0, 1)]);
    expectClose(square.data, [0, 0], { absolute: 1e-6 });
    expect(residuals(DenseMatrix.zeros([2, 0]), [Float64Array.of(1, 1)]).shape).toEqual([2, 0]);
  });

  it.each<[RegressOutOptions, string]>([
    [{ keys: [] }, "pp.regressOut: give keys, the columns of obs to regress on"],
    [{} as never, "pp.regressOut: give keys"],
    [{ keys: "age" }, 'there is no column "age"'],
    [{ keys: ["depth", "cell_type"] }, 'pp.regressOut: "cell_type" is categorical; give it alone'],
    [{ keys: "part" }, "obs.part is NaN for cell cell1; regression needs finite numbers"],
    [{ keys: "some" }, "obs.some has no value for cell cell1; regression needs one for each"],
    [{ key: "depth" } as never, 'pp.regressOut: unknown option "key"'],
  ])("refuses %j", (options, message) => {
    const adata = data();
    adata.obs.set(
      "part",
      Float64Array.from({ length: 90 }, (_, i) => (i === 1 ? NaN : i)),
    );
    adata.obs.set("some", categorical(Array.from({ length: 90 }, (_, i) => (i === 1 ? null : "a"))));
    expect(() => regressOut(adata, options)).toThrow(message);
  });

  it("of no cells is no cells", () => {
    const none = new AnnData({ X: DenseMatrix.zeros([0, 3]) });
    none.obs.set("depth", new Float64Array(0));
    expect(regressOut(none, { keys: "depth" }).shape).toEqual([0, 3]);
  });
});
