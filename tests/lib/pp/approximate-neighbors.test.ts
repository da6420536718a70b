import { describe, expect, it } from "vitest";
import { AnnData, DenseMatrix } from "../../../src/lib/anndata/index.js";
import { approximateKnn, exactKnn, type Knn, neighbors } from "../../../src/lib/pp/index.js";
import { random } from "../../../src/lib/stats/index.js";
import { expectClose } from "../../helpers/compare.js";

/** Clouds around ten centres in falling variance, as cells lie in principal components. */
function clouds(n: number, dimensions: number): Float32Array {
  const stream = random(0, "clouds");
  const centers = Float64Array.from({ length: 10 * dimensions }, () => 6 * stream.normal());
  return Float32Array.from({ length: n * dimensions }, (_, at) => {
    const d = at % dimensions;
    const center = Math.floor(at / dimensions) % 10;
    return (centers[center * dimensions + d]! + 2 * stream.normal()) / (1 + d / 4);
  });
}

/** The share of the true neighbours that were found; those as far as the last count whichever they are. */
function recall(found: Knn, exact: Knn): number {
  const { k } = exact;
  const n = exact.indices.length / k;
  let hits = 0;
  for (let i = 0; i < n; i++) {
    for (let at = 1; at < k; at++) if (found.distances[i * k + at]! <= exact.distances[(i + 1) * k - 1]!) hits++;
  }
  return hits / (n * (k - 1));
}

describe("approximate neighbours", () => {
  const points = clouds(3000, 20);
  const exact = exactKnn(points, 20, 15);
  const found = approximateKnn(points, 20, 15, 0);

  it("are nearly all of the true ones", () => {
    expect(recall(found, exact)).toBeGreaterThan(0.97);
  });

  it("have the point itself first, no one twice, true distances in rising order", () => {
    const { k, indices, distances } = found;
    for (let i = 0; i < 3000; i++) {
      const row = indices.subarray(i * k, (i + 1) * k);
      expect(row[0]).toBe(i);
      expect(new Set(row).size).toBe(k);
      for (let at = 1; at < k; at++) {
        let square = 0;
        for (let d = 0; d < 20; d++) square += (points[20 * i + d]! - points[20 * row[at]! + d]!) ** 2;
        if (Math.abs(distances[i * k + at]! - Math.sqrt(square)) > 1e-9) expect.fail(`distance ${i}, ${at}`);
        if (distances[i * k + at]! < distances[i * k + at - 1]!) expect.fail(`order of ${i}, ${at}`);
      }
    }
  });

  it("are the same bit for bit for the same seed", () => {
    expect(approximateKnn(points, 20, 15, 0)).toEqual(found);
    expect(approximateKnn(points, 20, 15, 1)).not.toEqual(found);
  });

  it("are found where all points lie on one spot, and where there are as many as neighbours", () => {
    const same = approximateKnn(new Float32Array(200 * 3), 3, 5);
    expect(same.distances.every((distance) => distance === 0)).toBe(true);
    for (let i = 0; i < 200; i++) expect(new Set(same.indices.subarray(5 * i, 5 * i + 5)).size).toBe(5);
    const few = clouds(12, 3);
    expect(approximateKnn(few, 3, 12)).toEqual(exactKnn(few, 3, 12));
  });

  it("come by the option search, and from 8192 cells on without it", () => {
    const adata = new AnnData({
      X: DenseMatrix.zeros([3000, 1]),
      obsm: { X_pca: new DenseMatrix([3000, 20], points) },
    });
    const { data } = neighbors(adata, { search: "approximate" }).obsp["distances"]!;
    const many = clouds(8192, 4);
    const large = new AnnData({ X: DenseMatrix.zeros([8192, 1]), obsm: { X_pca: new DenseMatrix([8192, 4], many) } });
    expect(neighbors(large, { seed: 2, nNeighbors: 6 }).obsp["distances"]).toEqual(
      neighbors(large.copy(), { seed: 2, nNeighbors: 6, search: "approximate" }).obsp["distances"],
    );
    const sum = (values: ArrayLike<number>) => Array.from(values).reduce((total, value) => total + value, 0);
    expect(sum(data) / sum(exact.distances)).toBeCloseTo(1, 2);
    expect(() => neighbors(adata, { search: "annoy" as never })).toThrow('use "exact" or "approximate"');
  });
});

describe("exact neighbours", () => {
  it("are those of a plain search where float32 cannot tell points apart: far from the origin, and in ties", () => {
    const stream = random(3, "far");
    const n = 700;
    const points = Float64Array.from({ length: n * 3 }, () => 1e6 + Math.round(4 * stream.normal()) / 4);
    const { indices, distances } = exactKnn(points, 3, 8);
    for (let i = 0; i < n; i += 7) {
      const square = (j: number) => {
        if (i === j) return -1;
        return [0, 1, 2].reduce((sum, d) => sum + (points[3 * i + d]! - points[3 * j + d]!) ** 2, 0);
      };
      const order = Array.from({ length: n }, (_, j) => j).sort((a, b) => square(a) - square(b) || a - b);
      expect([...indices.subarray(8 * i, 8 * i + 8)]).toEqual(order.slice(0, 8));
      expectClose(
        distances.subarray(8 * i + 1, 8 * i + 8),
        order.slice(1, 8).map((j) => Math.sqrt(square(j))),
      );
    }
  });
});
