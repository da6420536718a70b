import { describe, expect, it } from "vitest";
import { DenseMatrix } from "../../../src/lib/anndata/index.js";
import { backend } from "../../../src/lib/engine/index.js";
import { fitDegradedInput, fitGeneMean, fitLinearFusion, fitRidge, prepare } from "../../../src/lib/repair/index.js";
import { leadingDirections } from "../../../src/lib/repair/principal-components.js";
import { solvePositiveDefinite } from "../../../src/lib/repair/solve-positive-definite.js";
import type { RepairTask } from "../../../src/lib/repair/task.js";
import { dense } from "../../../src/lib/repair/training-data.js";
import { choleskySolve } from "../../../src/lib/stats/cholesky.js";
import { random } from "../../../src/lib/stats/random.js";
import { matrixOperator, truncatedSvd } from "../../../src/lib/stats/index.js";
import { expectClose } from "../../helpers/compare.js";
import { simulate } from "../../helpers/simulate.js";

const { tf } = await backend();
const counts = simulate({ cells: 150 });
const task = prepare(counts, { nTopGenes: 40, draws: 2 });

/** float32 on the engine against float64 here. */
const SINGLE = { relative: 1e-3, absolute: 1e-3 };

/** z-scored rows of all draws, and the clean rows beside each. */
function pairs({ scaling, train, degraded }: RepairTask): { z: number[][]; x: number[][]; y: number[][] } {
  const score = (row: Float32Array) => Array.from(row, (value, j) => (value - scaling.mean[j]!) / scaling.sd[j]!);
  const rows = (X: DenseMatrix) => Array.from({ length: X.shape[0] }, (_, i) => X.row(i));
  const y = degraded.train.flatMap((draw) => rows(dense(draw)));
  const clean = rows(dense(train)).map(score);
  return { z: y.map(score), x: degraded.train.flatMap(() => clean), y: y.map((row) => [...row]) };
}

/** Weights of a ridge regression by the normal equations, in float64. */
function normalEquations(F: number[][], target: number[], lambda: number): Float64Array {
  const size = F[0]!.length;
  const A = new Float64Array(size * size);
  const b = new Float64Array(size);
  F.forEach((row, i) => {
    for (let p = 0; p < size; p++) {
      for (let q = 0; q < size; q++) A[p * size + q]! += row[p]! * row[q]!;
      b[p]! += row[p]! * target[i]!;
    }
  });
  for (let p = 0; p < size; p++) A[p * size + p]! += lambda;
  return choleskySolve(A, size, b);
}

const columnMeans = (rows: number[][]) =>
  rows[0]!.map((_, j) => rows.reduce((sum, row) => sum + row[j]!, 0) / rows.length);

describe("ridge regression", () => {
  const G = task.genes.length;
  const expectedFor = (fitted: RepairTask, lambda: number, gene: number) => {
    const { z, x } = pairs(fitted);
    const [zMean, xMean] = [columnMeans(z), columnMeans(x)];
    const centred = z.map((row) => row.map((value, j) => value - zMean[j]!));
    const w = normalEquations(
      centred,
      x.map((row) => row[gene]! - xMean[gene]!),
      lambda,
    );
    const { mean, sd } = fitted.scaling;
    const test = dense(fitted.degraded.test);
    return Array.from({ length: test.shape[0] }, (_, i) => {
      const row = test.row(i);
      let sum = xMean[gene]!;
      for (let j = 0; j < G; j++) sum += ((row[j]! - mean[j]!) / sd[j]! - zMean[j]!) * w[j]!;
      return sum * sd[gene]! + mean[gene]!;
    });
  };

  it("solves the normal equations (primal, more pairs than genes)", async () => {
    const model = await fitRidge(task, { lambda: 20 });
    const { mean } = await model.repair(task.degraded.test);
    for (const gene of [0, 17]) expectClose(mean.column(gene), expectedFor(task, 20, gene), SINGLE);
  });

  it("solves the same by the dual where there are fewer pairs than genes", async () => {
    const few = task.train.obsNames.slice(0, 15);
    const [draw] = task.degraded.train;
    const small: RepairTask = {
      ...task,
      train: task.train.select({ obs: few }),
      degraded: { ...task.degraded, train: [draw!.select({ obs: few })] },
    };
    const { mean } = await (await fitRidge(small, { lambda: 5 })).repair(task.degraded.test);
    for (const gene of [0, 17]) expectClose(mean.column(gene), expectedFor(small, 5, gene), SINGLE);
  });

  it("chooses the penalty on the validation cells", async () => {
    const errors = new Map<number, number>();
    const clean = dense(task.validation).data;
    for (const lambda of [1, 100, 1e6]) {
      const { mean } = await (await fitRidge(task, { lambda })).repair(task.degraded.validation);
      errors.set(
        lambda,
        mean.data.reduce((sum, value, at) => sum + ((value - clean[at]!) / task.scaling.sd[at % G]!) ** 2, 0),
      );
    }
    const best = [...errors].sort((a, b) => a[1] - b[1])[0]![0];
    expect((await fitRidge(task, { lambda: [1, 100, 1e6] })).lambda).toBe(best);
    await expect(fitRidge(task, { lambda: [] })).rejects.toThrow("lambda must be");
  });
});

describe("linear fusion", () => {
  it("solves every gene's own ridge regression", async () => {
    const components = 3;
    const model = await fitLinearFusion(task, { components, lambda: 2, tau: 0.4 });
    const { mean } = await model.repair(task.degraded.test);
    expect(model.parameters).toBe(40 * (4 + components));

    const { z, x, y } = pairs(task);
    const zMean = columnMeans(z);
    const G = task.genes.length;
    const X = DenseMatrix.fromRows(z.map((row) => row.map((value, j) => value - zMean[j]!)));
    const { right } = truncatedSvd(matrixOperator(X), components);
    const features = (row: ArrayLike<number>, g: number) => {
      const { mean: shift, sd } = task.scaling;
      const scored = Array.from(row, (value, j) => (value - shift[j]!) / sd[j]!);
      const detected = row[g]! > 0.4 ? 1 : 0;
      const scores = Array.from({ length: components }, (_, c) =>
        scored.reduce((sum, value, j) => sum + ((value - zMean[j]!) * right[c * G + j]!) / Math.sqrt(G), 0),
      );
      return [1, scored[g]!, detected, (detected * row[g]!) / sd[g]!, ...scores];
    };
    for (const g of [0, 17]) {
      const w = normalEquations(
        y.map((row) => features(row, g)),
        x.map((row) => row[g]!),
        2,
      );
      const test = dense(task.degraded.test);
      const expected = Array.from({ length: test.shape[0] }, (_, i) => {
        const score = features(test.row(i), g).reduce((sum, value, k) => sum + value * w[k]!, 0);
        return score * task.scaling.sd[g]! + task.scaling.mean[g]!;
      });
      expectClose(mean.column(g), expected, { relative: 1e-2, absolute: 1e-2 });
    }
  });

  it("beats the degraded input, and refuses impossible options", async () => {
    const clean = dense(task.test).data;
    const error = (data: Float32Array) =>
      data.reduce((sum, value, at) => sum + ((value - clean[at]!) / task.scaling.sd[at % 40]!) ** 2, 0);
    const { mean } = await (await fitLinearFusion(task)).repair(task.degraded.test);
    const { mean: input } = await (await fitDegradedInput(task)).repair(task.degraded.test);
    expect(error(mean.data)).toBeLessThan(0.7 * error(input.data));
    await expect(fitLinearFusion(task, { lambda: 0 })).rejects.toThrow("lambda");
    await expect(fitLinearFusion(task, { components: 500 })).rejects.toThrow("components must be at most");
  });
});

describe("controls", () => {
  it("degraded input returns the input, gene mean the training mean, and neither is the task's own array", async () => {
    const { mean: input } = await (await fitDegradedInput(task)).repair(task.degraded.test);
    expect(input.data).toEqual(dense(task.degraded.test).data);
    expect(input.data).not.toBe(dense(task.degraded.test).data);
    const { mean } = await (await fitGeneMean(task)).repair(task.degraded.test);
    expect(mean.row(5)).toEqual(task.scaling.mean);
  });
});

describe("numerical parts", () => {
  it("solvePositiveDefinite solves across blocks", () => {
    const n = 300;
    const values = random(1, "test").fillNormal(new Float32Array(n * n));
    const b = random(2, "test").fillNormal(new Float32Array(n * 2));
    const before = tf.memory().numTensors;
    const [A, x] = tf.tidy(() => {
      const square = tf.tensor2d(values, [n, n]);
      const matrix = tf.matMul(square, square, false, true).add(tf.eye(n).mul(50));
      return [
        matrix.dataSync().slice(),
        solvePositiveDefinite(tf, matrix, tf.tensor2d(b, [n, 2]))
          .dataSync()
          .slice(),
      ];
    }) as unknown as [Float32Array, Float32Array];
    expectClose(x, choleskySolve(Float64Array.from(A), n, Float64Array.from(b)), { relative: 1e-3, absolute: 1e-5 });
    expect(tf.memory().numTensors).toBe(before);
  });

  it("leadingDirections spans the leading singular vectors", () => {
    const X = dense(task.train);
    const [cells, genes] = X.shape;
    const half = Math.floor(cells / 2);
    const parts = [
      tf.tensor2d(X.data.slice(0, half * genes), [half, genes]),
      tf.tensor2d(X.data.slice(half * genes), [cells - half, genes]),
    ];
    const directions = leadingDirections(tf, parts, genes, 3, 0);
    const { right } = truncatedSvd(matrixOperator(X), 3);
    for (let c = 0; c < 3; c++) {
      let product = 0;
      for (let j = 0; j < genes; j++) product += directions[j * 3 + c]! * right[c * genes + j]!;
      expect(Math.abs(product)).toBeGreaterThan(0.999);
    }
    tf.dispose(parts);
  });

  it("no model leaves tensors behind", async () => {
    const before = tf.memory().numTensors;
    await (await fitRidge(task)).repair(task.degraded.test);
    await (await fitLinearFusion(task)).repair(task.degraded.test);
    expect(tf.memory().numTensors).toBe(before);
  });
});
