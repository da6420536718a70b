import { beforeAll, describe, expect, it } from "vitest";
import { AnnData, CsrMatrix, DenseMatrix, Frame } from "../../../../src/lib/anndata/index.js";
import { counts } from "../../../../src/lib/degrade/index.js";
import { log1p, normalizeTotal, scale } from "../../../../src/lib/pp/index.js";
import { inspectSample, repairSample, type SampleModel, SampleRefused } from "../../../../src/lib/repair/index.js";
import { simulatedCells, smallSampleModel } from "./small-sample-model.js";

let trained: SampleModel;
/** Simulated cells that the model was not trained on, damaged as in training. */
let sample: AnnData;

beforeAll(async () => {
  trained = await smallSampleModel();
  sample = damaged(simulatedCells({ cells: 330 }).select({ obs: Array.from({ length: 40 }, (_, i) => 290 + i) }));
});

const damaged = (cells: AnnData) => {
  const made = counts(cells, { severity: "moderate", seed: 4 });
  return new AnnData({ X: made.X, obs: new Frame(made.obsNames), var: new Frame(made.varNames) });
};
const logged = (cells: AnnData) => log1p(normalizeTotal(cells.copy(), { targetSum: 1e4 }));
/** The sample with other names in the place of some genes'. */
const renamed = (rename: (gene: string) => string) =>
  new AnnData({ X: sample.X, obs: sample.obs, var: new Frame(sample.varNames.map(rename)) });
const isKnown = (gene: string) => trained.context.columns.includes(gene);
const dense = (matrix: { toDense(): DenseMatrix } | undefined) => matrix!.toDense();

describe("a repaired sample", () => {
  it("has repaired values and standard deviations in X's shape, and columns that say what to think of them", async () => {
    const { adata, report } = await repairSample(sample, trained);
    expect(adata.layers["repaired"]!.shape).toEqual(sample.shape);
    expect(adata.layers["repaired_std"]!.shape).toEqual(sample.shape);
    expect(dense(adata.layers["repaired"]).data.every((value) => value >= 0)).toBe(true);
    for (const name of ["repair_severity", "repair_confidence"]) {
      const values = [...adata.obs.numbers(name)].filter((value) => !Number.isNaN(value));
      expect(values.length).toBeGreaterThan(30);
      expect(values.every((value) => value >= 0 && value <= 1)).toBe(true);
    }
    expect(report.match).toMatchObject({ matched: 60, total: 60, share: 1 });
    expect(report.severity.source).toBe("estimate");
  });

  it("is nearer to the clean cells than the sample is", async () => {
    const clean = logged(simulatedCells({ cells: 330 }).select({ obs: Array.from({ length: 40 }, (_, i) => 290 + i) }));
    const { adata } = await repairSample(sample, trained);
    const error = (matrix: DenseMatrix) =>
      matrix.data.reduce((sum, value, at) => sum + (value - dense(clean.X).data[at]!) ** 2, 0);
    expect(error(dense(adata.layers["repaired"]))).toBeLessThan(error(dense(logged(sample).X)));
  });

  it("leaves the sample as it is, and keeps all that it had", async () => {
    const own = sample.copy();
    own.obs.set(
      "batch",
      Array.from({ length: own.nObs }, (_, i) => i % 2),
    );
    own.uns = { mine: "kept" };
    const before = own.copy();
    const { adata } = await repairSample(own, trained);
    expect(own.X).toEqual(before.X);
    expect(own.obs.columns).toEqual(["batch"]);
    expect(own.var.columns).toEqual([]);
    expect(own.layers).toEqual({});
    expect(own.uns).toEqual({ mine: "kept" });
    expect(adata.X).toEqual(before.X);
    expect(adata.obs.has("batch")).toBe(true);
    expect(adata.uns["mine"]).toBe("kept");
  });

  it("keeps the normalised input of genes that the model lacks, without a standard deviation", async () => {
    const { adata } = await repairSample(sample, trained);
    const repairable = adata.var.numbers("repairable");
    expect(adata.varNames.map(isKnown).map(Number)).toEqual([...repairable]);
    const [layer, std, input] = [adata.layers["repaired"], adata.layers["repaired_std"], logged(sample).X].map(dense);
    for (let at = 0; at < input!.data.length; at++) {
      const known = repairable[at % sample.nVars] === 1;
      expect(Number.isNaN(std!.data[at]!)).toBe(!known);
      if (!known) expect(layer!.data[at]!).toBeCloseTo(input!.data[at]!, 5);
      else expect(std!.data[at]!).toBeGreaterThan(0);
    }
  });

  it("has the model's genes alone where that is asked for, and no standard deviations where they are not", async () => {
    const { adata } = await repairSample(sample, trained, { modelGenesOnly: true, std: false });
    expect(adata.varNames).toEqual(sample.varNames.filter(isKnown));
    expect(Object.keys(adata.layers)).toEqual(["repaired"]);
    expect(adata.X).toEqual(sample.select({ var: adata.varNames }).X);
  });

  it("has the ends of its intervals where that is asked for, about the repaired values", async () => {
    const { adata } = await repairSample(sample, trained, { intervals: true });
    const [low, middle, high] = ["repaired_low", "repaired", "repaired_high"].map((name) => dense(adata.layers[name]));
    const repairable = adata.var.numbers("repairable");
    let about = 0;
    low!.data.forEach((value, at) => {
      if (repairable[at % sample.nVars] === 0) return expect(value).toBeNaN();
      expect(value).toBeGreaterThanOrEqual(0);
      expect(high!.data[at]!).toBeGreaterThanOrEqual(value);
      if (value <= middle!.data[at]! && middle!.data[at]! <= high!.data[at]!) about++;
    });
    expect(about / (60 * sample.nObs)).toBeGreaterThan(0.9);
  });

  it("is dense where X is dense, and sparse where X is sparse, with the same values", async () => {
    const other = new AnnData({ X: sample.X.toDense(), obs: sample.obs.copy(), var: sample.var.copy() });
    const [sparse, full] = [await repairSample(sample, trained), await repairSample(other, trained)];
    expect(sparse.adata.layers["repaired"]).toBeInstanceOf(CsrMatrix);
    expect(full.adata.layers["repaired"]).toBeInstanceOf(DenseMatrix);
    expect(dense(sparse.adata.layers["repaired"])).toEqual(full.adata.layers["repaired"]);
  });

  it("is the same from counts and from their logarithms, wherever they are", async () => {
    const { adata } = await repairSample(sample, trained);
    const wanted = dense(adata.layers["repaired"]);
    const scaled = scale(logged(sample));
    const rest = { obs: sample.obs, var: sample.var };
    const places = [
      logged(sample),
      new AnnData({ X: scaled.X, ...rest, layers: { counts: sample.X } }),
      new AnnData({ X: scaled.X, ...rest, raw: { X: logged(sample).X, var: sample.var } }),
    ];
    for (const other of places) {
      const layer = dense((await repairSample(other, trained)).adata.layers["repaired"]);
      wanted.data.forEach((value, at) => expect(layer.data[at]!).toBeCloseTo(value, 3));
    }
  });

  it("has X's genes where the counts of more genes are in raw", async () => {
    const chosen = sample.varNames.filter((_, j) => j % 2 === 0);
    const scaled = scale(logged(sample)).select({ var: chosen });
    const other = new AnnData({ X: scaled.X, var: scaled.var, raw: { X: sample.X, var: sample.var } });
    const { adata } = await repairSample(other, trained);
    const whole = (await repairSample(sample, trained)).adata.select({ var: chosen });
    expect(dense(adata.layers["repaired"])).toEqual(dense(whole.layers["repaired"]));
    expect(adata.var.numbers("repairable")).toEqual(whole.var.numbers("repairable"));
  });

  it("says in uns where it comes from, and warns against p values", async () => {
    const { adata } = await repairSample(sample, trained);
    expect(adata.uns["repair"]).toMatchObject({
      ...{ package: "diffrepairer", input: "counts in X", severity: "estimate" },
      model: { method: "affine", damage: "counts, mixture", trained_on: "cells" },
      genes: { matched: 60, of_model: 60 },
      p_values: expect.stringMatching(/p values computed on them are too small/) as string,
    });
  });

  it("has the severity that it was told", async () => {
    const { adata, report } = await repairSample(sample, trained, { severity: "severe" });
    const { mild, severe } = trained.context.severities;
    expect(severe.lost).toBeGreaterThan(mild.lost);
    expect(new Set(adata.obs.numbers("repair_severity"))).toEqual(new Set([Math.fround(severe.lost)]));
    expect(report.severity).toEqual({ source: "severe", median: Math.fround(severe.lost) });
    await expect(repairSample(sample, trained, { severity: "awful" as "mild" })).rejects.toThrow(/use estimate, mild/);
  });

  it("is estimated to be the more damaged the more damage was done", async () => {
    const cells = simulatedCells({ cells: 330 }).select({ obs: Array.from({ length: 40 }, (_, i) => 290 + i) });
    const medians = [];
    for (const severity of ["mild", "moderate", "severe"] as const) {
      const { report } = await repairSample(counts(cells, { severity, seed: 5 }), trained, { force: true });
      medians.push(report.severity.median);
    }
    expect(medians).toEqual([...medians].sort((a, b) => a - b));
    expect(medians[2]! - medians[0]!).toBeGreaterThan(0.1);
  });
});

describe("a sample that does not fit", () => {
  it("is repaired with the genes it has; the others are named and change little", async () => {
    const lacking = renamed((gene) => (isKnown(gene) && Number(gene.slice(4)) % 5 === 0 ? `other-${gene}` : gene));
    const { adata, report } = await repairSample(lacking, trained);
    expect(report.match.matched).toBeLessThan(60);
    expect(report.match.missing.every((gene) => Number(gene.slice(4)) % 5 === 0)).toBe(true);
    const whole = (await repairSample(sample, trained)).report;
    expect(Math.abs(report.severity.median - whole.severity.median)).toBeLessThan(0.08);
    expect(adata.var.numbers("repairable").reduce((sum, value) => sum + value)).toBe(report.match.matched);
  });

  it("is refused where it has fewer than the stated share of the genes, with names of both", async () => {
    const other = renamed((gene) => (isKnown(gene) && Number(gene.slice(4)) % 3 !== 0 ? `mystery-${gene}` : gene));
    const refused = repairSample(other, trained);
    await expect(refused).rejects.toThrow(SampleRefused);
    await expect(refused).rejects.toThrow(
      /has \d+ of the model's 60 genes, fewer than the share 0\.5 .*the sample's: mystery-gene1/,
    );
    await expect(repairSample(other, trained, { minShare: 0.1, force: true })).resolves.toBeDefined();
    await expect(
      repairSample(
        renamed((gene) => `x${gene}`),
        trained,
        { minShare: 0 },
      ),
    ).rejects.toThrow(/has 0 of/);
  });

  it("is refused where it holds z-scores alone", async () => {
    const scaled = new AnnData({ X: scale(logged(sample)).X, obs: sample.obs, var: sample.var });
    await expect(repairSample(scaled, trained)).rejects.toThrow(/z-scores cannot be repaired/);
  });

  it("is refused where it is far outside the training damage, and repaired when forced, with a warning", async () => {
    const deep = damaged(simulatedCells({ cells: 40, depth: 10 }));
    const { checks } = await inspectSample(deep, trained);
    expect(checks.find(({ name }) => name === "depth")).toMatchObject({ verdict: "far" });
    await expect(repairSample(deep, trained)).rejects.toThrow(/depth: .* far outside the training damage/);
    const { adata, report } = await repairSample(deep, trained, { force: true });
    expect(report.warnings.join()).toMatch(/far outside/);
    expect((adata.uns["repair"] as { warnings: string[] }).warnings).toEqual(report.warnings);
  });

  it("is inside the training damage where it was damaged so", async () => {
    expect((await inspectSample(sample, trained)).checks.map(({ name, verdict }) => [name, verdict])).toEqual([
      ["zeros", "inside"],
      ["depth", "inside"],
      ["length slope", "inside"],
    ]);
  });

  it("shows in its length slope that long transcripts are lost", async () => {
    const cells = simulatedCells();
    const slopeOf = async (integrity: number) => {
      const { checks } = await inspectSample(counts(cells, { integrity, seed: 1 }), trained);
      return checks.find(({ name }) => name === "length slope")!;
    };
    expect((await slopeOf(3)).value).toBeLessThan((await slopeOf(9)).value);
    expect((await slopeOf(1.5)).verdict).not.toBe("inside");
  });

  it("has its cells flagged that are unlike the training cells, without a confidence", async () => {
    const X = sample.X.toDense();
    // In every fourth cell the genes have each other's counts.
    for (let i = 0; i < sample.nObs; i += 4) X.row(i).reverse();
    const { adata, report } = await repairSample(new AnnData({ X, var: sample.var.copy() }), trained);
    const flagged = adata.obs.numbers("repair_unlike_training");
    const expected = Array.from({ length: sample.nObs }, (_, i) => Number(i % 4 === 0));
    expect(expected.filter((unlike, i) => unlike === 1 && flagged[i] === 0)).toEqual([]);
    expect(expected.filter((unlike, i) => unlike === 0 && flagged[i] === 1).length).toBeLessThanOrEqual(2);
    const confidence = adata.obs.numbers("repair_confidence");
    flagged.forEach((unlike, i) => expect(Number.isNaN(confidence[i]!)).toBe(unlike === 1));
    expect(report.unlike.cells).toBe(flagged.reduce((sum, value) => sum + value, 0));
    expect(report.warnings.join()).toMatch(/cells \(\d+ %\) are unlike the training cells/);
  });

  it("is refused where most of its cells are unlike the training cells", async () => {
    const X = sample.X.toDense();
    for (let i = 0; i < sample.nObs; i++) X.row(i).reverse();
    const other = new AnnData({ X, var: sample.var.copy() });
    await expect(repairSample(other, trained, { force: true })).resolves.toBeDefined();
    await expect(repairSample(other, trained)).rejects.toThrow(SampleRefused);
  });
});
