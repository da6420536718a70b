import { describe, expect, it } from "vitest";
import { AnnData, CscMatrix, CsrMatrix, DenseMatrix } from "../../../src/lib/anndata/index.js";
import {
  alphaDecayKernel,
  exactKnn,
  log1p,
  magic,
  magicOfMatrix,
  type MagicOptions,
  normalizeTotal,
  pcaOfMatrix,
  procrustesDisparity,
  rowStochastic,
} from "../../../src/lib/pp/index.js";
import { operatorPowers, powerTimes, random } from "../../../src/lib/stats/index.js";
import { expectClose } from "../../helpers/compare.js";
import { simulate } from "../../helpers/simulate.js";

const cells = () => log1p(normalizeTotal(simulate(), { targetSum: 1e4 }));
const dense = (adata: AnnData) => adata.X.toDense().data;
const SINGLE = { relative: 1e-5, absolute: 1e-5 };

function kernel(knn = 4, decay: number | null = 1) {
  const points = random(0, "cloud").fillNormal(new Float32Array(40 * 3));
  return { points, K: alphaDecayKernel(exactKnn(points, 3, 3 * knn + 1), { knn, decay, threshold: 1e-4 }) };
}

const at = ({ indices, indptr, values }: ReturnType<typeof kernel>["K"], i: number, j: number) => {
  const place = indices.subarray(indptr[i], indptr[i + 1]).indexOf(j);
  return place < 0 ? 0 : values[indptr[i]! + place]!;
};

describe("the kernel", () => {
  it("is the mean of both directions' decay with the distance over each cell's bandwidth", () => {
    const { points, K } = kernel(4, 2);
    const distance = (i: number, j: number) =>
      Math.hypot(...[0, 1, 2].map((d) => points[3 * i + d]! - points[3 * j + d]!));
    const weight = (i: number, j: number) => {
      const others = Array.from({ length: 40 }, (_, other) => distance(i, other)).sort((a, b) => a - b);
      return distance(i, j) > others[12]! ? 0 : Math.exp(-((distance(i, j) / others[4]!) ** 2));
    };
    for (const [i, j] of [
      [0, 0],
      [3, 17],
      [17, 3],
      [5, K.indices[K.indptr[5]!]!],
    ] as const)
      // prettier-ignore
      expect(at(K, i, j)).toBeCloseTo((weight(i, j) + weight(j, i)) / 2, 12);
  });

  it("is symmetric, and without decay made of halves and ones", () => {
    const { K } = kernel(4, null);
    expect(new Set(K.values)).toEqual(new Set([0.5, 1]));
    for (let i = 0; i < 40; i++) {
      expect(at(K, i, i)).toBe(1);
      for (let j = 0; j < i; j++) expect(at(K, i, j)).toBe(at(K, j, i));
    }
  });

  it("has rows of sum 1 as an operator", () => {
    const { indptr, values } = rowStochastic(kernel().K);
    for (let i = 0; i < 40; i++) {
      const sum = values.subarray(indptr[i], indptr[i + 1]).reduce((total, value) => total + value, 0);
      expect(sum).toBeCloseTo(1, 14);
    }
  });
});

describe("powers of an operator", () => {
  it.each([1, 2, 5])("to the %d agree with one product after another, whatever the number of columns", (power) => {
    const operator = rowStochastic(kernel().K);
    for (const columns of [1, 16, 37]) {
      const data = Float64Array.from({ length: 40 * columns }, (_, i) => Math.sin(i));
      let expected = data;
      for (let step = 0; step < power; step++) {
        const before = expected;
        expected = Float64Array.from({ length: data.length }, (_, place) => {
          const [i, c] = [Math.floor(place / columns), place % columns];
          let sum = 0;
          for (let entry = operator.indptr[i]!; entry < operator.indptr[i + 1]!; entry++) {
            sum += operator.values[entry]! * before[operator.indices[entry]! * columns + c]!;
          }
          return sum;
        });
      }
      const powers = operatorPowers(operator);
      expectClose(powerTimes(powers, power, data, columns), expected, { relative: 1e-13, absolute: 1e-14 });
      powers.close();
    }
  });

  it("are the same bit for bit with a second thread", async () => {
    const operator = rowStochastic(kernel().K);
    const columns = 40_000;
    const data = Float64Array.from({ length: 40 * columns }, (_, i) => Math.cos(i));
    const powers = operatorPowers(operator);
    const first = powerTimes(powers, 20, data, columns);
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(powerTimes(powers, 20, data, columns)).toEqual(first);
    powers.close();
    const alone = operatorPowers(operator);
    expect(
      powerTimes(
        alone,
        20,
        data.filter((_, i) => i % columns < 4),
        4,
      ),
    ).toEqual(first.filter((_, i) => i % columns < 4));
    alone.close();
  });
});

describe("Procrustes' disparity", () => {
  it("is 0 for a turned, scaled and shifted set, and what is left otherwise", () => {
    const a = random(0, "set").fillNormal(new Float32Array(30));
    const points = Float64Array.from(a);
    const turned = points.map((_, i) => {
      const [x, y] = [points[i - (i % 2)]!, points[i - (i % 2) + 1]!];
      return 3 * (i % 2 === 0 ? 0.6 * x - 0.8 * y : 0.8 * x + 0.6 * y) + 7;
    });
    expect(procrustesDisparity(points, turned, 2)).toBeCloseTo(0, 12);
    // Two crosses, one with arms twice as long one way: 1 - (σ₁ + σ₂)² of diag(4, 2) / √40.
    const cross = Float64Array.of(1, 0, -1, 0, 0, 1, 0, -1);
    expect(procrustesDisparity(cross, Float64Array.of(2, 0, -2, 0, 0, 1, 0, -1), 2)).toBeCloseTo(1 - 36 / 40, 12);
  });
});

describe("MAGIC", () => {
  it("changes nothing in 0 steps", () => {
    const adata = magic(cells(), { t: 0 });
    expect(dense(adata)).toEqual(dense(cells()));
    expect(adata.uns["magic"]).toMatchObject({ t: 0 });
  });

  it("keeps a gene that is the same everywhere, and every value within the gene's range", () => {
    const adata = cells();
    const X = adata.X.toDense().copy();
    for (let i = 0; i < adata.nObs; i++) X.data[i * adata.nVars] = 2;
    const imputed = magic(new AnnData({ X }), { t: 4, nPca: null }).X;
    for (let j = 0; j < adata.nVars; j++) {
      const [before, after] = [X.column(j), imputed.column(j)];
      expect(Math.max(...after)).toBeLessThanOrEqual(Math.max(...before) + 1e-6);
      expect(Math.min(...after)).toBeGreaterThanOrEqual(Math.min(...before) - 1e-6);
    }
    expectClose(imputed.column(0), new Float32Array(adata.nObs).fill(2), { relative: 1e-7 });
  });

  it("is the same for sparse and dense matrices", () => {
    const X = cells().X.toDense();
    const [expected, ...others] = [X, CsrMatrix.fromDense(X), CscMatrix.fromDense(X)].map(
      (matrix) => magicOfMatrix(matrix, { nPca: 10, t: "auto" }).imputed.data,
    );
    for (const other of others) expectClose(other, expected!, SINGLE);
  });

  it("takes cells in another order to the same values", () => {
    const adata = cells();
    const order = random(1, "order").permutation(adata.nObs);
    const shuffled = magic(adata.select({ obs: [...order] }), { nPca: null });
    expectClose(dense(shuffled), magic(adata, { nPca: null }).X.selectRows(order).toDense().data, SINGLE);
  });

  it("is the same every time", () => {
    const options = { t: "auto", nPca: 12, search: "approximate", seed: 3 } as const;
    expect(dense(magic(cells(), options))).toEqual(dense(magic(cells(), options)));
  });

  it("stops by itself one step after the first that changes little", () => {
    const { t, disparity } = magic(cells(), { t: "auto" }).uns["magic"] as { t: number; disparity: number[] };
    expect(t).toBe(disparity.length + 1);
    expect(disparity.at(-1)).toBeLessThan(0.001);
    expect(Math.min(...disparity.slice(0, -1))).toBeGreaterThanOrEqual(0.001);
  });

  it("imputes only the genes asked for, by the graph of all", () => {
    const all = magic(cells());
    const some = magic(cells(), { genes: ["gene9", "gene3"] });
    expect(some.varNames).toEqual(["gene3", "gene9"]);
    expectClose(dense(some), dense(all.select({ var: ["gene3", "gene9"] })), { relative: 1e-7 });
  });

  it("may diffuse the principal components in place of the genes: with all of them that is the same", () => {
    const adata = cells();
    const exact = magic(adata.copy(), { nPca: 59 });
    const approximate = magic(adata.copy(), { nPca: 59, solver: "approximate" });
    expectClose(dense(approximate), dense(exact), { relative: 1e-4, absolute: 1e-4 });
    const { variance } = pcaOfMatrix(magic(adata.copy(), { nPca: 5, solver: "approximate" }).X, 8);
    expect(variance[5]! / variance[0]!).toBeLessThan(1e-9);
  });

  it.each<[MagicOptions, string]>([
    [{ knn: 0 }, "knn must be from 1 to one below the number of cells, 90, not 0"],
    [{ knn: 90 }, "knn must be from 1 to one below the number of cells, 90, not 90"],
    [{ knnMax: 4 }, "knnMax must be from knn, 5, to one below the number of cells, 90, not 4"],
    [{ decay: 0 }, "decay must be positive or null, not 0"],
    [{ t: -1 }, 't must be a whole number of at least 0 or "auto", not -1'],
    [{ t: 1.5 }, 't must be a whole number of at least 0 or "auto", not 1.5'],
    [{ nPca: 0 }, "nPca must be a positive whole number or null, not 0"],
    [{ threshold: 1 }, "threshold must be from 0 to below 1, not 1"],
    [{ solver: "approximate" }, 'solver "approximate" needs nPca below the number of genes, 60'],
    [{ solver: "fast" as never }, 'solver "fast" is not known'],
    [{ search: "fast" as never }, 'search "fast" is not known'],
    [{ genes: ["gene2", "nobody"] }, "pp.magic: no gene is called nobody"],
    [{ random_state: 1 } as never, 'pp.magic: unknown option "random_state"'],
  ])("refuses %j", (options, message) => {
    expect(() => magic(cells(), options)).toThrow(message);
  });

  it("refuses values that are not numbers", () => {
    const X = DenseMatrix.fromRows(Array.from({ length: 9 }, (_, i) => [i, i === 4 ? NaN : 1]));
    expect(() => magic(new AnnData({ X }), { knn: 2 })).toThrow("point 4 has a coordinate that is NaN");
  });
});
