import { describe, expect, it } from "vitest";
import { AnnData, DenseMatrix, Frame } from "../../../src/lib/anndata/index.js";
import { log1p, normalizeTotal } from "../../../src/lib/pp/index.js";
import { random } from "../../../src/lib/stats/index.js";
import { controlGenes, scoreGenes, type ScoreGenesOptions } from "../../../src/lib/tl/index.js";
import { expectClose } from "../../helpers/compare.js";
import { simulate } from "../../helpers/simulate.js";

const GENES = ["gene3", "gene7", "gene12"];

function data(): AnnData {
  return log1p(normalizeTotal(simulate({ cells: 40, genes: 60 })));
}

function scores(options: ScoreGenesOptions, adata = data()): Float64Array {
  return scoreGenes(adata, { geneList: GENES, ...options }).obs.numbers(options.scoreName ?? "score");
}

describe("gene scores", () => {
  it("are the mean of the genes less that of the controls that are named", () => {
    const adata = data();
    const found = scores({ ctrlSize: 3, nBins: 5 }, adata);
    const { control_genes: controls } = adata.uns["score"] as { control_genes: string[] };
    expect(controls.length).toBeGreaterThan(0);
    expect(controls.some((name) => GENES.includes(name))).toBe(false);
    const mean = (names: string[], i: number) =>
      names.reduce((sum, name) => sum + adata.X.at(i, adata.varNames.indexOf(name)) / names.length, 0);
    expectClose(
      found,
      adata.obsNames.map((_, i) => mean(GENES, i) - mean(controls, i)),
    );
  });

  it("are the same sparse, dense, in a layer, and for cells in another order; seeds differ", () => {
    const options = { ctrlSize: 3, nBins: 5 };
    const expected = scores(options);
    expect(scores(options)).toEqual(expected);
    const dense = data();
    dense.X = dense.X.toDense();
    expectClose(scores(options, dense), expected);
    const layered = data();
    layered.layers["log"] = layered.X;
    layered.X = layered.X.mapNonZeros(() => 1);
    expect(scores({ ...options, layer: "log" }, layered)).toEqual(expected);
    const order = random(2, "order").permutation(40);
    const shuffled = data();
    shuffled.keepObs([...order]);
    expectClose(
      scores(options, shuffled),
      Array.from(order, (i) => expected[i]!),
      { relative: 1e-9, absolute: 1e-9 },
    );
    expect(scores({ ...options, seed: 1 })).not.toEqual(expected);
  });

  it("of many seeds average to that of whole bins", () => {
    const whole = scores({ ctrlSize: 1000, nBins: 4, ctrlAsRef: false });
    const mean = new Float64Array(40);
    for (let seed = 0; seed < 60; seed++) {
      scores({ ctrlSize: 5, nBins: 4, ctrlAsRef: false, seed }).forEach((value, i) => (mean[i]! += value / 60));
    }
    const [errors, spread] = [mean, new Float64Array(40)].map((other) =>
      Math.sqrt(whole.reduce((sum, value, i) => sum + (value - other[i]!) ** 2, 0)),
    );
    expect(errors! / spread!).toBeLessThan(0.1);
  });

  it("of a random list spread around 0, and of a group's own genes are higher in the group", () => {
    const adata = data();
    const types = adata.obs.strings("cell_type");
    const meanOf = (j: number, type: string) =>
      types.reduce((sum, name, i) => (name === type ? sum + adata.X.at(i, j) : sum), 0);
    const own = adata.varNames
      .map((name, j) => ({ name, lead: meanOf(j, "B") - meanOf(j, "T") - meanOf(j, "NK") }))
      .sort((a, b) => b.lead - a.lead)
      .slice(0, 5)
      .map(({ name }) => name);
    const found = scores({ geneList: own, nBins: 6 }, adata);
    const mean = (type: string) => {
      const list = found.filter((_, i) => types[i] === type);
      return list.reduce((sum, value) => sum + value / list.length, 0);
    };
    expect(mean("B")).toBeGreaterThan(mean("T") + 0.5);
    expect(mean("B")).toBeGreaterThan(mean("NK") + 0.5);
  });

  it("name what is missing, and write under another name", () => {
    const adata = data();
    scoreGenes(adata, { geneList: ["gene3", "none", "gene3"], scoreName: "module" });
    expect(adata.uns["module"]).toMatchObject({ genes: ["gene3"], missing_genes: ["none"] });
    expect(adata.obs.has("module")).toBe(true);
  });

  it("leave NaN out of means", () => {
    const rows = Array.from({ length: 3 }, (_, i) =>
      Array.from({ length: 8 }, (_, j) => (i === 1 && j === 0 ? NaN : i + j)),
    );
    const adata = new AnnData({ X: DenseMatrix.fromRows(rows), var: new Frame([..."abcdefgh"]) });
    const found = scoreGenes(adata, { geneList: ["a", "b"], ctrlSize: 100, nBins: 2 }).obs.numbers("score");
    const controls = (adata.uns["score"] as { control_genes: string[] }).control_genes;
    const mean = controls.reduce((sum, name) => sum + "abcdefgh".indexOf(name) / controls.length, 0);
    expectClose(found, [0.5 - mean, 1 - mean, 0.5 - mean]);
  });

  it("draw from the bins of the list, no more than asked for", () => {
    const means = Float64Array.from({ length: 100 }, (_, j) => j);
    const all = Int32Array.from(means.keys());
    const options = { ctrlAsRef: false, ctrlSize: 4, nBins: 11, seed: 0 };
    const found = controlGenes(means, Int32Array.of(0, 55), all, options);
    expect(found).toHaveLength(8);
    // Ten genes a bin; the first holds nine, since ranks begin at 1.
    expect([...found].every((j) => (j > 0 && j < 9) || (j >= 49 && j < 59))).toBe(true);
    expect(controlGenes(means, Int32Array.of(0), all, { ...options, ctrlSize: 1000 })).toEqual(
      Int32Array.of(1, 2, 3, 4, 5, 6, 7, 8),
    );
  });

  it("are refused of nothing", () => {
    expect(() => scoreGenes(data(), {})).toThrow("give geneList, the names of the genes to score");
    expect(() => scores({ geneList: ["x", "y"] })).toThrow("the data has none of the genes x, y; check their spelling");
    expect(() => scores({ genePool: ["gene3", "gene4"] })).toThrow("is not in genePool");
    expect(() => scores({ genePool: GENES })).toThrow("no control gene is left");
    expect(() => scores({ ctrlSize: 0 })).toThrow("ctrlSize must be a positive whole number, not 0");
    expect(() => scores({ nBins: 1 })).toThrow("nBins must be a whole number from 2, not 1");
    expect(() => scores({ layer: "none" })).toThrow('there is no layer "none"');
    expect(() => scores({ ctrl_size: 3 } as object)).toThrow('unknown option "ctrl_size"');
  });
});
