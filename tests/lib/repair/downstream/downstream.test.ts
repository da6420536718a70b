import { describe, expect, it } from "vitest";
import { AnnData, DenseMatrix, Frame } from "../../../../src/lib/anndata/index.js";
import { pearson } from "../../../../src/lib/metrics/index.js";
import {
  Downstream,
  fitDegradedInput,
  fitGeneMean,
  paperDamage,
  prepare,
  type RepairModel,
} from "../../../../src/lib/repair/index.js";
import { CellTypeClassifier, typesRecognised } from "../../../../src/lib/repair/downstream/cell-type-classifier.js";
import { clusterAgreement } from "../../../../src/lib/repair/downstream/clustering.js";
import { compareCorrelations, geneCorrelations } from "../../../../src/lib/repair/downstream/gene-correlations.js";
import { markersFound } from "../../../../src/lib/repair/downstream/markers-found.js";
import { nullTest } from "../../../../src/lib/repair/downstream/null-test.js";
import { PseudotimeReference } from "../../../../src/lib/repair/downstream/pseudotime.js";
import { dense } from "../../../../src/lib/repair/training-data.js";
import { random } from "../../../../src/lib/stats/index.js";
import { expectClose } from "../../../helpers/compare.js";
import { simulate } from "../../../helpers/simulate.js";

const noise = (cells: number, genes: number, seed = 0) =>
  new DenseMatrix([cells, genes], random(seed, "test").fillNormal(new Float32Array(cells * genes)));

/** Two clouds of cells, far apart in the first gene. */
const clouds = (cells: number, seed = 0) => {
  const X = noise(cells, 5, seed);
  for (let i = 0; i < cells; i++) X.row(i)[0]! += i % 2 ? 30 : 0;
  return { X, types: Array.from({ length: cells }, (_, i) => (i % 2 ? "b" : "a")) };
};

describe("clusters", () => {
  it("are worth less where there is nothing to find", () => {
    const { X, types } = clouds(80);
    const found = clusterAgreement(X, types, 0);
    const none = clusterAgreement(noise(80, 5), types, 0);
    expect(found.nmi).toBeGreaterThan(0.6);
    expect(Math.abs(none.ari)).toBeLessThan(0.1);
    expect(none.nmi).toBeLessThan(found.nmi);
  });
});

describe("the classifier of cell types", () => {
  it("knows new cells of two and of three types", () => {
    const { X, types } = clouds(60);
    const scored = { types: ["a", "b"], codes: Int32Array.from(types, (type) => (type === "b" ? 1 : 0)) };
    const other = clouds(40, 1).X;
    const found = new CellTypeClassifier(X, scored).classify(other);
    expect([...found]).toEqual(Array.from({ length: 40 }, (_, i) => i % 2));
    const three = { types: ["a", "b", "c"], codes: scored.codes.map((code, i) => (i % 4 === 3 ? 2 : code)) };
    for (let i = 3; i < 60; i += 4) X.row(i)[1] = 30;
    const cell = new DenseMatrix([3, 5], Float32Array.of(0, 0, 0, 0, 0, 30, 0, 0, 0, 0, 30, 30, 0, 0, 0));
    expect([...new CellTypeClassifier(X, three).classify(cell)]).toEqual([0, 1, 2]);
  });

  it("counts right answers, and F1 by type, over the cells that have one", () => {
    const scored = { types: ["a", "b"], codes: Int32Array.of(0, 0, 0, 1, -1) };
    const { accuracy, macroF1 } = typesRecognised(scored, Int32Array.of(0, 0, 1, 1, 0));
    expect(accuracy).toBe(0.75);
    expect(macroF1).toBeCloseTo((2 * 2) / (2 * 2 + 1) / 2 + 2 / 3 / 2, 12);
  });
});

describe("markersFound", () => {
  it("is the share of first genes that the other cells call", () => {
    const clean = { top: [Int32Array.of(1, 2), Int32Array.of(5)], called: [new Set([1, 2, 3]), new Set([5])] };
    const found = { top: [Int32Array.of(1, 9), new Int32Array(0)], called: [new Set([2]), new Set<number>()] };
    expect(markersFound(clean, clean)).toEqual({ precision: 1, recall: 1 });
    expect(markersFound(clean, found)).toEqual({ precision: 0.25, recall: 0.25 });
  });
});

describe("correlations between genes", () => {
  it("are Pearson's, and 0 of a constant gene", () => {
    const X = noise(20, 4);
    for (let i = 0; i < 20; i++) X.row(i)[3] = 7.1;
    const [a, b, c] = [0, 1, 2].map((gene) => X.column(gene));
    expectClose(geneCorrelations(X, [0, 1, 2, 3]), [pearson(a!, b!), pearson(a!, c!), 0, pearson(b!, c!), 0, 0], {
      absolute: 1e-12,
    });
  });

  it("count as false where the clean cells have none", () => {
    const clean = Float64Array.of(0.9, 0.1, 0.5, 0);
    const { agreement, correlated, falselyCorrelated } = compareCorrelations(clean, Float64Array.of(-0.8, 0.4, 0, 0.2));
    expect([correlated, falselyCorrelated]).toEqual([50, 50]);
    expect(agreement).toBe(pearson([0.9, 0.1, 0.5, 0], [-0.8, 0.4, 0, 0.2]));
    expect(compareCorrelations(clean, new Float64Array(4)).falselyCorrelated).toBeNaN();
  });
});

describe("pseudotime", () => {
  const types = Array.from({ length: 60 }, (_, i) => (i < 20 ? "early" : "late"));
  /** Cells in a row, 0 to 59. */
  const row = (spread: number) => {
    const X = noise(60, 6, 2);
    for (let i = 0; i < 60; i++) for (let j = 0; j < 6; j++) X.row(i)[j] = spread * X.row(i)[j]! + (j < 3 ? i : -i);
    return X;
  };

  it("begins in the first type and agrees with itself, less with noise", () => {
    const reference = PseudotimeReference.of(row(0.5), types, ["early", "late"])!;
    expect(reference.agreement(row(0.5))).toBeCloseTo(1, 9);
    expect(reference.agreement(row(3))).toBeGreaterThan(0.8);
    expect(Math.abs(reference.agreement(noise(60, 6, 5)))).toBeLessThan(0.5);
    const backwards = PseudotimeReference.of(row(0.5), types, ["late", "early"])!;
    expect(backwards.agreement(row(0.5))).toBeCloseTo(1, 9);
  });

  it("is not asked of few cells, or without the first type", () => {
    expect(PseudotimeReference.of(row(1), types, ["unknown", "early", "late"])).toBeUndefined();
    expect(PseudotimeReference.of(row(1).selectRows([0, 1, 2]), types.slice(0, 3), ["early"])).toBeUndefined();
  });
});

describe("the null test", () => {
  const cells = new AnnData({
    X: noise(60, 300),
    obs: new Frame(Array.from({ length: 60 }, (_, i) => `c${i}`)),
    var: new Frame(Array.from({ length: 300 }, (_, j) => `g${j}`)),
  });

  it("finds what chance allows in cells that are repaired one by one", async () => {
    const { genes, rate } = (await nullTest(async (some) => dense(some), cells, 0))!;
    expect(rate).toBeGreaterThan(3.5);
    expect(rate).toBeLessThan(6.5);
    expect(genes.welch).toBeLessThan(1);
    expect(genes.wilcoxon).toBeLessThan(1);
  });

  it("finds genes that are none where a repair draws the cells of a sample together", async () => {
    const smoothed = async (some: AnnData) => {
      const X = dense(some).copy();
      const means = X.columnSums().map((sum) => sum / some.nObs);
      for (let i = 0; i < some.nObs; i++) for (let j = 0; j < 300; j++) X.row(i)[j] = means[j]! + 0.2 * X.row(i)[j]!;
      return X;
    };
    const { genes, rate } = (await nullTest(smoothed, cells, 0))!;
    expect(rate).toBeGreaterThan(30);
    expect(Math.min(genes.welch, genes.wilcoxon)).toBeGreaterThan(50);
  });

  it("says nothing of few cells", async () => {
    const few = cells.select({ obs: [...Array(19).keys()] });
    expect(await nullTest(async (some) => dense(some), few, 0)).toBeUndefined();
  });
});

describe("downstream analyses", () => {
  const task = prepare(simulate({ cells: 400 }), { nTopGenes: 40, draws: 1 });
  const downstream = new Downstream(task, { course: ["B", "NK", "T"] });
  const asked: AnnData[] = [];
  const ceiling: RepairModel = {
    ...{ name: "clean", label: "Clean", parameters: 0 },
    async repair(cells) {
      asked.push(cells);
      return { mean: dense(task.test.select({ obs: cells.obsNames })) };
    },
  };

  it("see clean cells as they are, and damaged cells worse", async () => {
    const clean = await downstream.measure(ceiling);
    expect(clean.falseCorrelations).toBe(0);
    expect(clean.correlationStructure).toBeCloseTo(1, 12);
    expect(clean.pseudotime).toBeCloseTo(1, 9);
    expect(clean.nullGenesWelch).toBeLessThan(1);
    const input = await downstream.measure(await fitDegradedInput(task), paperDamage("severe"));
    for (const measure of ["clusterAri", "classifierAccuracy", "markerRecall", "correlationStructure"] as const) {
      expect(input[measure]).toBeLessThan(clean[measure]);
    }
  });

  it("show the model no label, and every cell once with all and ten times with its half", () => {
    expect(asked.length).toBe(21);
    for (const { obs } of asked) expect(obs.columns).not.toContain("cell_type");
    const cells = asked.slice(1).flatMap(({ obsNames }) => [...obsNames]);
    expect(cells.length).toBe(10 * new Set(cells).size);
  });

  it("find nothing where all cells are alike", async () => {
    const mean = await downstream.measure(await fitGeneMean(task));
    expect(mean).toMatchObject({ markerPrecision: 0, markerRecall: 0, correlatedPairs: 0, nullGenesWelch: 0 });
    expect(Math.abs(mean.clusterAri)).toBeLessThan(0.1);
    expect(mean.correlationStructure).toBeNaN();
  });

  it("give the same numbers again, and need two types", async () => {
    const model = await fitDegradedInput(task);
    expect(await downstream.measure(model)).toEqual(await downstream.measure(model));
    const one = simulate({ cells: 60 });
    one.keepObs(one.obs.strings("cell_type").map((type) => type === "B"));
    expect(() => new Downstream(prepare(one, { draws: 1 }))).toThrow("two are needed");
  });
});
