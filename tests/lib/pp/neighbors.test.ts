import { describe, expect, it } from "vitest";
import { AnnData, CsrMatrix, DenseMatrix } from "../../../src/lib/anndata/index.js";
import {
  exactKnn,
  gaussConnectivities,
  neighbors,
  type NeighborsOptions,
  sparseKnn,
  umapConnectivities,
} from "../../../src/lib/pp/index.js";
import { random } from "../../../src/lib/stats/index.js";
import { expectClose } from "../../helpers/compare.js";

const N = 30;

function cloud(seed = 0): Float32Array {
  return random(seed, "cloud").fillNormal(new Float32Array(N * 3));
}

const data = (points: Float32Array) =>
  new AnnData({ X: DenseMatrix.zeros([N, 1]), obsm: { X_pca: new DenseMatrix([N, 3], points) } });

describe("exact neighbours of sparse rows", () => {
  const points = cloud(3).map((value) => (value > 0.4 ? value : 0));
  // Two cells on one spot.
  points.copyWithin(3 * 7, 3 * 20, 3 * 21);
  const X = CsrMatrix.fromDense(new DenseMatrix([N, 3], points));

  it("are those of the same rows made dense, at the same distances", () => {
    const [sparse, dense] = [sparseKnn(X, 6), exactKnn(points, 3, 6)];
    expectClose(sparse.distances, dense.distances, { relative: 1e-12 });
    const all = sparseKnn(X, N);
    for (let i = 0; i < N; i++) {
      expect(all.indices[i * N]).toBe(i);
      expect(new Set(all.indices.subarray(i * N, (i + 1) * N)).size).toBe(N);
    }
    expect([...sparse.distances.subarray(6 * 7, 6 * 7 + 2)]).toEqual([0, 0]);
  });

  it("need a k and values that can be", () => {
    expect(() => sparseKnn(X, 1)).toThrow("nNeighbors must be from 2 to the number of cells, 30, not 1");
    const broken = new CsrMatrix([2, 1], Float32Array.of(1, NaN), Int32Array.of(0, 0), Int32Array.of(0, 1, 2));
    expect(() => sparseKnn(broken, 2)).toThrow("point 1 has a coordinate that is NaN or infinite");
  });
});

describe("exact neighbours", () => {
  it("are the nearest of all, the point itself first", () => {
    const points = cloud();
    const { k, indices, distances } = exactKnn(points, 3, 6);
    expect(k).toBe(6);
    for (let i = 0; i < N; i++) {
      const all = Array.from({ length: N }, (_, j) =>
        Math.hypot(...[0, 1, 2].map((d) => points[3 * i + d]! - points[3 * j + d]!)),
      );
      const nearest = [...all.keys()].sort((a, b) => all[a]! - all[b]!).slice(0, 6);
      expect([...indices.subarray(6 * i, 6 * i + 6)]).toEqual(nearest);
      expectClose(
        distances.subarray(6 * i, 6 * i + 6),
        nearest.map((j) => all[j]!),
        { relative: 1e-12 },
      );
    }
  });

  it("begin with the point itself even where others lie on the same spot", () => {
    const { indices, distances } = exactKnn(new Float32Array(4), 1, 3);
    expect([0, 1, 2, 3].map((i) => indices[3 * i])).toEqual([0, 1, 2, 3]);
    expect([...distances]).toEqual(new Array(12).fill(0));
  });

  it.each([1, 31, 2.5, NaN])("cannot be %d of 30", (k) => {
    expect(() => exactKnn(cloud(), 3, k)).toThrow(
      new RangeError(`nNeighbors must be from 2 to the number of cells, 30, not ${k}`),
    );
  });

  it.each([NaN, Infinity])("cannot be found of a point at %d", (value) => {
    const points = cloud();
    points[7] = value;
    expect(() => exactKnn(points, 3, 4)).toThrow(new RangeError(`point 2 has a coordinate that is ${value}`));
  });
});

describe.each([
  ["umap", umapConnectivities],
  ["gauss", gaussConnectivities],
] as const)("connectivities by %s", (method, connectivities) => {
  it("are symmetric, above 0 and at most 1, without self-loops, sorted", () => {
    const graph = connectivities(exactKnn(cloud(), 3, 6));
    graph.check();
    expect(graph).toEqual(graph.transpose());
    graph.forEachNonZero((i, j, weight) => expect(i !== j && weight > 0 && weight <= 1).toBe(true));
  });

  it("are the same in another order of cells, and for data twice as large", () => {
    const points = cloud();
    const graph = connectivities(exactKnn(points, 3, 6));
    const order = Array.from({ length: N }, (_, i) => (i * 7) % N);
    const permuted = connectivities(exactKnn(new DenseMatrix([N, 3], points).selectRows(order).data, 3, 6));
    expectClose(permuted.toDense().data, graph.selectRows(order).selectColumns(order).toDense().data, {
      relative: 1e-6,
    });
    const doubled = connectivities(
      exactKnn(
        points.map((value) => 2 * value),
        3,
        6,
      ),
    );
    // The search for σ stops at 1e-5 of the sum.
    expectClose(doubled.toDense().data, graph.toDense().data, { relative: 1e-4, absolute: 1e-5 });
  });

  it("are numbers where all or some cells lie on the same spot", () => {
    const weights = connectivities(exactKnn(new Float32Array(8), 1, 3)).data;
    expect([...weights].every((weight) => weight === 1)).toBe(true);
    const some = connectivities(exactKnn(new Float32Array([0, 0, 0, 0, 5, 6]), 1, 4)).data;
    expect([...some].every((weight) => weight >= 0 && weight <= 1)).toBe(true);
  });

  it("are written to obsp with the distances", () => {
    const adata = neighbors(data(cloud()), { nNeighbors: 6, method });
    const { distances, connectivities: graph } = adata.obsp as Record<string, CsrMatrix>;
    expect(graph).toEqual(connectivities(exactKnn(cloud(), 3, 6)));
    expect(distances!.rowNonZeros()).toEqual(new Int32Array(N).fill(5));
    distances!.check();
    expect(adata.uns["neighbors"]).toEqual({
      connectivities_key: "connectivities",
      distances_key: "distances",
      params: { n_neighbors: 6, method, metric: "euclidean", use_rep: "X_pca", n_pcs: 3 },
    });
  });
});

describe("coordinates", () => {
  it("may be some of the components, or of another name", () => {
    const flat = data(cloud());
    flat.obsm["X_other"] = flat.obsm["X_pca"]!.selectColumns([0, 1]);
    const byName = neighbors(flat, { nNeighbors: 4, useRep: "X_other" }).obsp["distances"];
    expect(neighbors(data(cloud()), { nNeighbors: 4, nPcs: 2 }).obsp["distances"]).toEqual(byName);
  });

  it.each<[NeighborsOptions, string]>([
    [{ useRep: "X_umap" }, 'obsm has no "X_umap"; run pp.pca first'],
    [{ method: "annoy" as never }, 'method "annoy" is not known; use "umap" or "gauss"'],
    [{ nPcs: 4 }, "nPcs must be from 1 to 3, not 4"],
    [{ nPcs: 0 }, "nPcs must be from 1 to 3, not 0"],
    [{ nPcs: 1.5 }, "nPcs must be from 1 to 3, not 1.5"],
    [{ nNeighbors: 1 }, "nNeighbors must be from 2 to the number of cells, 30, not 1"],
    [{ n_neighbors: 4 } as never, 'pp.neighbors: unknown option "n_neighbors"; options: nNeighbors'],
  ])("and options must be possible: %j", (options, message) => {
    expect(() => neighbors(data(cloud()), options)).toThrow(message);
  });
});
