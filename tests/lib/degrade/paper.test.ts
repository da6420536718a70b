import { describe as suite, expect, it } from "vitest";
import { AnnData, CsrMatrix, DenseMatrix, Frame } from "../../../src/lib/anndata/index.js";
import {
  describe,
  describeSeverities,
  lengthFactor,
  paper,
  type PaperOptions,
  relativeLogLength,
  SEVERITIES,
  type SeverityName,
} from "../../../src/lib/degrade/index.js";
import { log1p, normalizeTotal } from "../../../src/lib/pp/index.js";
import { expectClose } from "../../helpers/compare.js";
import { STORAGES } from "../../helpers/matrices.js";
import { simulate } from "../../helpers/simulate.js";

const clean = () => log1p(normalizeTotal(simulate({ cells: 40, genes: 50 }), { targetSum: 1e3 }));

/** Constant data, so that every value tells what was done to it. */
function constant(cells: number, lengths: number[], value = 2.5): AnnData {
  const X = new DenseMatrix([cells, lengths.length], new Float32Array(cells * lengths.length).fill(value));
  return new AnnData({
    X,
    var: new Frame(
      lengths.map((_, j) => `g${j}`),
      { length: lengths },
    ),
  });
}

suite("relative length", () => {
  it("runs from 0 to 1 by logarithm", () => {
    expectClose(relativeLogLength([100, 1000, 10000]), [0, 0.5, 1], { absolute: 1e-12 });
    expectClose(relativeLogLength([1000, 100, 1e6], [100, 10000]), [0.5, 0, 1], { absolute: 1e-12 });
  });

  it("does not depend on the unit, and is 0 where all are equally long", () => {
    expectClose(relativeLogLength([0.1, 1, 10]), relativeLogLength([100, 1000, 10000]), { absolute: 1e-12 });
    expect([...relativeLogLength([7, 7])]).toEqual([0, 0]);
    expect([...relativeLogLength([])]).toEqual([]);
  });

  it.each([0, -1, NaN, Infinity])("is not that of a length of %d", (length) => {
    expect(() => relativeLogLength([100, length])).toThrow(
      new RangeError(`the length of gene 1 is ${length}; lengths must be positive numbers`),
    );
  });

  it("leaves less of longer genes", () => {
    expect(lengthFactor(0, 3)).toBe(1);
    expect(lengthFactor(1, 3)).toBeCloseTo(Math.exp(-3), 12);
    expect(lengthFactor(0.5, 0)).toBe(1);
  });
});

suite("damage", () => {
  it("by length alone is the closed form", () => {
    const { X } = paper(constant(3, [100, 1000, 10000]), { intensity: 2, mechanisms: ["length"] });
    for (let i = 0; i < 3; i++)
      expectClose(X.row(i), [2.5, 2.5 * Math.exp(-1), 2.5 * Math.exp(-2)], { relative: 1e-6 });
  });

  it("by dropout alone loses the share that was asked for, and changes nothing else", () => {
    const { X } = paper(constant(200, new Array<number>(50).fill(500)), { dropout: 0.3, mechanisms: ["dropout"] });
    const kept = X.data.filter((value) => value === 2.5).length;
    expect(kept + X.data.filter((value) => value === 0).length).toBe(10_000);
    // Five standard deviations of a binomial count.
    expect(Math.abs(kept - 7000)).toBeLessThan(5 * Math.sqrt(10_000 * 0.21));
  });

  it("by noise alone has its spread around the value, and is clipped at zero unless told otherwise", () => {
    const data = constant(200, new Array<number>(50).fill(500), 0);
    const noisy = paper(data, { noise: 0.5, mechanisms: ["noise"], clip: false }).X.data;
    const mean = noisy.reduce((sum, value) => sum + value, 0) / noisy.length;
    const spread = Math.sqrt(noisy.reduce((sum, value) => sum + value ** 2, 0) / noisy.length);
    // Five standard errors.
    expect(Math.abs(mean)).toBeLessThan(0.025);
    expect(Math.abs(spread - 0.5)).toBeLessThan(0.018);
    const clipped = paper(data, { noise: 0.5, mechanisms: ["noise"] }).X.data;
    expect(clipped).toEqual(noisy.map((value) => Math.max(0, value)));
  });

  it("of none of the mechanisms leaves the data as they are, and of severity 0 too", () => {
    const adata = clean();
    expect(paper(adata, { mechanisms: [] }).X.data).toEqual(adata.X.toDense().data);
    expect(paper(adata, { intensity: 0, dropout: 0, noise: 0 }).X.data).toEqual(adata.X.toDense().data);
  });

  it("is the same for a seed, another for another, and the same for sparse and dense data", () => {
    const adata = clean();
    const first = paper(adata, { severity: "moderate", seed: 1 });
    expect(paper(adata, { severity: "moderate", seed: 1 }).X.data).toEqual(first.X.data);
    expect(paper(adata, { severity: "moderate", seed: 2 }).X.data).not.toEqual(first.X.data);
    const [sparse, dense] = STORAGES.map((storage) => {
      const data = clean();
      if (storage === "dense") data.X = data.X.toDense();
      return paper(data, "severe");
    });
    expect(dense!.X).toEqual(sparse!.X);
    expect(paper(adata, "severe").X).toEqual(paper(adata, { severity: "severe" }).X);
  });

  it("by a mechanism does not move the draws of another", () => {
    const adata = constant(20, [100, 1000, 5000]);
    const lost = (mechanisms: PaperOptions["mechanisms"]) =>
      paper(adata, { severity: "severe", mechanisms, noise: 0 }).X.data.map((value) => Number(value === 0));
    expect(lost(["length", "dropout"])).toEqual(lost(["dropout"]));
    const drawn = (mechanisms: PaperOptions["mechanisms"]) => paper(adata, { mechanisms }).obs.numbers("noise");
    expect(drawn(["noise"])).toEqual(drawn(["length", "dropout", "noise"]));
  });

  it("of a range is drawn for every cell and told in obs", () => {
    const { obs } = paper(clean(), {
      intensity: [1, 2],
      dropout: 0.1,
      noise: [0, 0.2],
      mechanisms: ["length", "dropout"],
    });
    const intensity = obs.numbers("intensity");
    expect(intensity.every((value) => value >= 1 && value <= 2)).toBe(true);
    expect(new Set(intensity).size).toBeGreaterThan(30);
    expect([...new Set(obs.numbers("dropout"))]).toEqual([0.1]);
    expect([...new Set(obs.numbers("noise"))]).toEqual([0]);
  });

  it("leaves the data it was given alone, and keeps obs, var and the record", () => {
    const adata = clean();
    const before = adata.X.toDense().data.slice();
    const damaged = paper(adata, { severity: "mild", seed: 3 });
    damaged.var.set(
      "new",
      damaged.varNames.map(() => 1),
    );
    expect(adata.X.toDense().data).toEqual(before);
    expect([adata.obs.columns, adata.var.columns]).toEqual([["cell_type"], ["length"]]);
    expect(damaged.obs.strings("cell_type")).toEqual(adata.obs.strings("cell_type"));
    expect([damaged.obsNames, damaged.varNames]).toEqual([adata.obsNames, adata.varNames]);
    expect(damaged.uns).toMatchObject({
      log1p: {},
      degradation: { mode: "paper", severity: "mild", seed: 3, ...SEVERITIES.mild },
    });
    expect(adata.uns["degradation"]).toBeUndefined();
  });

  it("of no cells is no damage, of an all-zero gene by length or dropout neither", () => {
    expect(paper(clean().select({ obs: [] })).shape).toEqual([0, 50]);
    const { X } = paper(clean(), { severity: "severe", mechanisms: ["length", "dropout"] });
    expect(X.columnSums()[0]).toBe(0);
  });

  it("keeps NaN where it was", () => {
    const adata = constant(1, [100, 200]);
    adata.X.data[0] = NaN;
    expect([...paper(adata, { intensity: 0, dropout: 0, noise: 0 }).X.data]).toEqual([NaN, 2.5]);
  });
});

suite("refusals", () => {
  it.each<[PaperOptions | SeverityName, string]>([
    ["fatal" as SeverityName, 'severity "fatal" is not known; use mild, moderate, severe, mixture'],
    [{ severity: "toString" as SeverityName }, 'severity "toString" is not known'],
    [{ intensity: -1 }, "intensity must be at least 0, or a range [low, high] of such; it is -1"],
    [{ dropout: 1.5 }, "dropout must be from 0 to 1, or a range [low, high] of such; it is 1.5"],
    [{ noise: [0.3, 0.1] }, "noise must be at least 0, or a range [low, high] of such; it is [0.3,0.1]"],
    [{ noise: NaN }, "noise must be at least 0"],
    [{ intensity: Infinity }, "intensity must be at least 0"],
    [{ mechanisms: ["heat" as never] }, 'mechanism "heat" is not known; use length, dropout, noise'],
    [{ lengthRange: [5000, 100] }, "lengthRange must be two rising positive lengths, not [5000,100]"],
    [{ lengthRange: [0, 100] }, "lengthRange must be two rising positive lengths, not [0,100]"],
    [{ strength: 1 } as never, 'degrade.paper: unknown option "strength"; options: intensity, dropout, noise'],
    [{ seed: 0.1 }, "seed must be a whole number, not 0.1"],
  ])("come for %j", (options, message) => {
    expect(() => paper(clean(), options)).toThrow(message);
  });

  it("come for counts, and say what to run first", () => {
    expect(() => paper(simulate())).toThrow("which look like counts; run pp.normalizeTotal and pp.log1p first");
  });

  it("come where lengths are missing or impossible, unless they are not used", () => {
    const adata = clean();
    const lengths = adata.var.numbers("length");
    lengths[2] = NaN;
    adata.var.set("length", lengths);
    expect(() => paper(adata)).toThrow(
      `var.length of ${adata.varNames[2]} is NaN; lengths must be positive (datasets.annotateGenes fills all)`,
    );
    adata.var.delete("length");
    expect(() => paper(adata)).toThrow(
      'var has no column "length"; run datasets.annotateGenes(adata, { species: "human" }) first',
    );
    expect(paper(adata, { mechanisms: ["dropout"] }).shape).toEqual([40, 50]);
  });
});

suite("a description of damage", () => {
  it("has medians over cells", () => {
    const before = new AnnData({
      X: DenseMatrix.fromRows([
        [1, 2, 3],
        [4, 0, 0],
        [2, 2, 1],
      ]),
    });
    const after = new AnnData({
      X: CsrMatrix.fromDense(
        DenseMatrix.fromRows([
          [1, 2, 3],
          [2, 0, 0],
          [0, 0, 0],
        ]),
      ),
    });
    expect(describe(before, after)).toEqual({
      genesClean: 3,
      genesDegraded: 1,
      totalClean: 5,
      totalDegraded: 2,
      correlation: expect.closeTo(1, 12) as number,
    });
  });

  it("finds more damage the more severe it was", () => {
    const table = describeSeverities(clean(), { seed: 1 });
    expect(table.index).toEqual(["mild", "moderate", "severe", "mixture"]);
    const correlations = table.numbers("correlation");
    expect(correlations[0]).toBeGreaterThan(correlations[1]!);
    expect(correlations[1]).toBeGreaterThan(correlations[2]!);
    expect(correlations[3]).toBeGreaterThan(correlations[2]!);
    expect(new Set(table.numbers("genesClean")).size).toBe(1);
  });

  it("is NaN without cells, and refuses another shape", () => {
    const none = clean().select({ obs: [] });
    expect(describe(none, none).totalClean).toBeNaN();
    expect(() => describe(clean(), none)).toThrow(new RangeError("clean is 40 × 50, degraded is 0 × 50"));
  });
});
