import { describe, expect, it } from "vitest";
import { DenseMatrix } from "../../../src/lib/anndata/index.js";
import { backend } from "../../../src/lib/engine/index.js";
import { relativeLogLength } from "../../../src/lib/degrade/length-bias.js";
import {
  fit,
  fitAffine,
  fitAffinePca,
  fitLinearFusion,
  fitNearestCells,
  fitPcaRegression,
  prepare,
  type RepairModel,
} from "../../../src/lib/repair/index.js";
import { dense } from "../../../src/lib/repair/training-data.js";
import { choleskySolve } from "../../../src/lib/stats/cholesky.js";
import { matrixOperator, truncatedSvd } from "../../../src/lib/stats/index.js";
import { expectClose } from "../../helpers/compare.js";
import { simulate } from "../../helpers/simulate.js";

const { tf } = await backend();
const task = prepare(simulate({ cells: 150 }), { nTopGenes: 40, draws: 2 });
const { mean: shift, sd } = task.scaling;
const G = task.genes.length;
const rows = (X: DenseMatrix) => Array.from({ length: X.shape[0] }, (_, i) => [...X.row(i)]);
const score = (row: readonly number[]) => row.map((value, j) => (value - shift[j]!) / sd[j]!);

const y = task.degraded.train.flatMap((draw) => rows(dense(draw)));
const z = y.map(score);
const clean = rows(dense(task.train));
const x = task.degraded.train.flatMap(() => clean.map(score));
const test = rows(dense(task.degraded.test));

const COMPONENTS = 3;
const center = z[0]!.map((_, j) => z.reduce((sum, row) => sum + row[j]!, 0) / z.length);
const centred = z.map((row) => row.map((value, j) => value - center[j]!));
const { right } = truncatedSvd(matrixOperator(DenseMatrix.fromRows(centred)), COMPONENTS);
const components = (row: readonly number[]) =>
  Array.from({ length: COMPONENTS }, (_, c) =>
    score(row).reduce((sum, value, j) => sum + (value - center[j]!) * right[c * G + j]!, 0),
  );

/** What ridge regression of a gene on features of degraded cells predicts for the test cells, in float64. */
function regressed(features: (row: number[], cell: number, test: boolean) => number[], gene: number, lambda: number) {
  const F = y.map((row, i) => features(row, i, false));
  const size = F[0]!.length;
  const A = new Float64Array(size * size);
  const b = new Float64Array(size);
  F.forEach((f, i) => {
    for (let p = 0; p < size; p++) {
      for (let q = 0; q < size; q++) A[p * size + q]! += f[p]! * f[q]!;
      b[p]! += f[p]! * x[i]![gene]!;
    }
  });
  for (let p = 0; p < size; p++) A[p * size + p]! += lambda;
  const w = choleskySolve(A, size, b);
  return test.map((row, i) => {
    const value = features(row, i, true).reduce((sum, feature, k) => sum + feature * w[k]!, 0);
    return value * sd[gene]! + shift[gene]!;
  });
}

const repaired = async (model: RepairModel) => (await model.repair(task.degraded.test)).mean;
/** float32 on the engine against float64 here. */
const SINGLE = { relative: 2e-3, absolute: 2e-3 };

describe("regressions gene by gene equal the normal equations", () => {
  it("affine: each gene on itself", async () => {
    const model = await fitAffine(task, { lambda: 3 });
    expect(model.parameters).toBe(2 * G);
    const mean = await repaired(model);
    for (const g of [0, 17])
      expectClose(
        mean.column(g),
        regressed((row) => [1, score(row)[g]!], g, 3),
        SINGLE,
      );
  });

  it("affine with PCA: on itself, its detection and the components", async () => {
    const model = await fitAffinePca(task, { components: COMPONENTS, lambda: 1, tau: 0.5 });
    const mean = await repaired(model);
    for (const g of [0, 17]) {
      const features = (row: number[]) => {
        return [1, score(row)[g]!, row[g]! > 0.5 ? 1 : 0, ...components(row).map((p) => p / Math.sqrt(G))];
      };
      expectClose(mean.column(g), regressed(features, g, 1), SINGLE);
    }
  });

  it("PCA: on the components alone, without a penalty", async () => {
    const mean = await repaired(await fitPcaRegression(task, { components: COMPONENTS }));
    for (const g of [0, 17])
      expectClose(
        mean.column(g),
        regressed((row) => [1, ...components(row)], g, 0),
        SINGLE,
      );
  });

  it("linear fusion with known severity: the 3′ bias undone, up to 9", async () => {
    const model = await fitLinearFusion(task, { components: COMPONENTS, lambda: 2, tau: 0.4, severity: "known" });
    const { mean } = await model.repair(task.degraded.test, { severity: { intensity: 3, dropout: 0, noise: 0 } });
    const length = relativeLogLength(task.train.var.numbers("length"));
    const trained = task.degraded.train.flatMap((draw) => [...draw.obs.numbers("intensity")]);
    const undone = (row: number[], g: number, intensity: number) => row[g]! * Math.exp(intensity * length[g]!);
    const capped = task.genes.findIndex((_, g) => test.some((row) => undone(row, g, 3) > 9));
    expect(capped).toBeGreaterThanOrEqual(0);
    for (const g of [0, 17, capped]) {
      const features = (row: number[], i: number, isTest: boolean) => {
        const level = Math.min(9, undone(row, g, isTest ? 3 : trained[i]!));
        const detected = row[g]! > 0.4 ? 1 : 0;
        const shared = components(row).map((p) => p / Math.sqrt(G));
        return [1, score(row)[g]!, detected, (detected * level) / sd[g]!, ...shared];
      };
      expectClose(mean.column(g), regressed(features, g, 2), { relative: 1e-2, absolute: 1e-2 });
    }
  });
});

describe("linear fusion's severities", () => {
  it("are its own estimate, the simulation's, or a caller's", async () => {
    const known = await fitLinearFusion(task, { severity: "known" });
    const estimated = await fitLinearFusion(task, { severity: "estimate" });
    expect([known.name, estimated.name]).toEqual(["linear-fusion-known", "linear-fusion-estimate"]);
    expect((await repaired(estimated)).data).not.toEqual((await repaired(known)).data);
    const drawn = (name: string) => task.degraded.test.obs.numbers(name);
    const severity = { intensity: drawn("intensity"), dropout: drawn("dropout"), noise: drawn("noise") };
    const given = await known.repair(task.degraded.test, { severity });
    expect(given.mean.data).toEqual((await repaired(known)).data);
    await expect(known.repair(task.test)).rejects.toThrow('obs has no column "intensity"');
    await expect(fitLinearFusion(task, { severity: "guess" as never })).rejects.toThrow("none, estimate, known");
  });
});

describe("nearest cells", () => {
  it("gives the mean of the nearest training cells' clean partners", async () => {
    const mean = await repaired(await fitNearestCells(task, { k: 4, components: COMPONENTS }));
    const atlas = y.map(components);
    test.slice(0, 10).forEach((row, i) => {
      const own = components(row);
      const distance = atlas.map((p) => p.reduce((sum, value, c) => sum + (value - own[c]!) ** 2, 0));
      const nearest = [...distance.keys()].sort((a, b) => distance[a]! - distance[b]!).slice(0, 4);
      const expected = shift.map((_, j) => nearest.reduce((sum, at) => sum + clean[at % clean.length]![j]! / 4, 0));
      expectClose(mean.row(i), expected, SINGLE);
    });
  });

  it("with one neighbour returns a training cell itself for its own degraded self", async () => {
    const model = await fitNearestCells(task, { k: 1, components: 10 });
    const { mean } = await model.repair(task.degraded.train[1]!);
    expect(mean.data).toEqual(dense(task.train).data);
  });

  it("refuses more neighbours than there are", async () => {
    await expect(fitNearestCells(task, { k: 0 })).rejects.toThrow("k must be a whole number from 1 to 210");
    await expect(fitNearestCells(task, { k: 211 })).rejects.toThrow("not 211");
  });
});

describe("all controls", () => {
  const ids = ["knn", "affine", "affine-pca", "linear-fusion-known"] as const;

  it.each(ids)(
    "%s leaves no tensor behind, repairs each cell alike in any company, and refuses other genes",
    async (id) => {
      const before = tf.memory().numTensors;
      const model = await fit(id, task);
      expect(model.name).toBe(id);
      const all = await repaired(model);
      const alone = await model.repair(task.degraded.test.select({ obs: [task.test.obsNames[3]!] }));
      expectClose(alone.mean.row(0), all.row(3), { relative: 1e-5, absolute: 1e-5 });
      await expect(model.repair(task.test.select({ var: task.genes.slice(1) }))).rejects.toThrow(/fitted on 40 genes/);
      expect(tf.memory().numTensors).toBe(before);
    },
  );

  it.each(ids)("%s does not depend on the test cells", async (id) => {
    const { train, validation, degraded, ...rest } = task;
    const without = await fit(id, { ...rest, train, validation, degraded: { ...degraded, test: undefined } } as never);
    expect((await repaired(without)).data).toEqual((await repaired(await fit(id, task))).data);
  });

  it("refuse penalties and components that are none", async () => {
    await expect(fitAffine(task, { lambda: 0 })).rejects.toThrow("lambda must be positive");
    await expect(fitPcaRegression(task)).rejects.toThrow("components must be at most 40");
    await expect(fitAffinePca(task, { k: 3 } as never)).rejects.toThrow('unknown option "k"');
  });
});
