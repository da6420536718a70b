import { describe, expect, it } from "vitest";
import { AnnData, CsrMatrix, DenseMatrix } from "../../../src/lib/anndata/index.js";
import { silhouette } from "../../../src/lib/metrics/index.js";
import { neighbors } from "../../../src/lib/pp/index.js";
import { random } from "../../../src/lib/stats/index.js";
import { connectedComponents, spectralLayout, umap, umapCurve, type UmapOptions } from "../../../src/lib/tl/index.js";

const N = 90;
const groups = Array.from({ length: N }, (_, i) => i % 3);

/** Three clouds of points, `apart` from one another along axes of their own. */
function clouds(apart = 4): AnnData {
  const X_pca = new DenseMatrix([N, 5], random(0, "clouds").fillNormal(new Float32Array(N * 5)));
  groups.forEach((group, i) => (X_pca.data[5 * i + group]! += apart));
  return neighbors(new AnnData({ X: DenseMatrix.zeros([N, 1]), obsm: { X_pca } }), { nNeighbors: 10 });
}

describe("UMAP", () => {
  it.each([2, 3, 1])("keeps groups of cells together in %d dimensions", (nComponents) => {
    const layout = umap(clouds(), { nComponents }).obsm["X_umap"]!;
    expect(layout.shape).toEqual([N, nComponents]);
    expect(layout.data.every(Number.isFinite)).toBe(true);
    expect(silhouette(layout.data, nComponents, groups)).toBeGreaterThan(0.5);
  });

  it("is the same bit for bit for the same seed, another for another", () => {
    const layout = (seed: number) => umap(clouds(), { seed, maxIter: 50 }).obsm["X_umap"]!.data;
    expect(layout(3)).toEqual(layout(3));
    expect(layout(3)).not.toEqual(layout(4));
  });

  it("spreads groups that the graph does not connect", () => {
    const adata = clouds(60);
    expect(connectedComponents(adata.obsp["connectivities"]!).count).toBe(3);
    expect(silhouette(umap(adata).obsm["X_umap"]!.data, 2, groups)).toBeGreaterThan(0.7);
  });

  it("begins with a layout that is given, and writes where it is told", () => {
    const adata = clouds();
    adata.obsm["X_start"] = new DenseMatrix([N, 2], random(1, "start").fillNormal(new Float32Array(2 * N)));
    const start = adata.obsm["X_start"].copy();
    umap(adata, { initPos: "X_start", keyAdded: "X_second", maxIter: 30 });
    expect(adata.obsm["X_start"]).toEqual(start);
    expect(adata.obsm["X_second"]!.shape).toEqual([N, 2]);
    expect(adata.uns["X_second"]).toMatchObject({ params: { random_state: 0 } });
    expect(adata.obsm["X_umap"]).toBeUndefined();
  });

  it("takes cells as they come: two, or alone in the graph", () => {
    const pair = new AnnData({ X: DenseMatrix.zeros([2, 1]) });
    pair.obsp["connectivities"] = CsrMatrix.fromDense(DenseMatrix.fromRows([[0, 1], [1, 0]])); // prettier-ignore
    expect(umap(pair, { maxIter: 20 }).obsm["X_umap"]!.data.every(Number.isFinite)).toBe(true);
    pair.obsp["connectivities"] = CsrMatrix.fromDense(DenseMatrix.zeros([2, 2]));
    expect(umap(pair, { maxIter: 20 }).obsm["X_umap"]!.data.every(Number.isFinite)).toBe(true);
  });

  it.each<[UmapOptions, string]>([
    [{ minDist: -1 }, "minDist must be from 0 to the spread, 1, not -1"],
    [{ minDist: 2 }, "minDist must be from 0 to the spread, 1, not 2"],
    [{ spread: 0 }, "spread must be positive, not 0"],
    [{ nComponents: 0 }, "nComponents must be a whole number of at least 1, not 0"],
    [{ maxIter: 1.5 }, "maxIter must be a whole number of at least 1, not 1.5"],
    [{ negativeSampleRate: -1 }, "negativeSampleRate must be a whole number of at least 0, not -1"],
    [{ alpha: 0 }, "alpha must be positive, not 0"],
    [{ gamma: NaN }, "gamma must be at least 0, not NaN"],
    [{ initPos: "pca" }, 'obsm has no "pca"; give initPos "spectral", "random" or a key of obsm'],
    [{ initPos: "X_pca" }, 'obsm["X_pca"] has 5 columns, the layout 2; set nComponents'],
    [{ min_dist: 0.3 } as never, 'tl.umap: unknown option "min_dist"'],
  ])("refuses %j", (options, message) => {
    expect(() => umap(clouds(), options)).toThrow(message);
  });

  it("needs a graph", () => {
    expect(() => umap(new AnnData({ X: DenseMatrix.zeros([3, 1]) }))).toThrow("run pp.neighbors first");
  });
});

describe("the curve", () => {
  it("is fitted: 1 at 0, a half where the exponential is about a half", () => {
    const { a, b } = umapCurve(0.1, 1);
    expect(1 / (1 + a * (0.1 + Math.LN2) ** (2 * b))).toBeCloseTo(0.5, 1);
  });

  it("stretches with the spread", () => {
    const one = umapCurve(0.2, 1);
    const two = umapCurve(0.4, 2);
    expect(two.b).toBeCloseTo(one.b, 6);
    expect(two.a).toBeCloseTo(one.a / 2 ** (2 * one.b), 6);
  });
});

describe("the spectral layout", () => {
  it("orders a chain of nodes from end to end", () => {
    const n = 40;
    const chain = DenseMatrix.zeros([n, n]);
    for (let i = 1; i < n; i++) chain.data[i * n + i - 1] = chain.data[(i - 1) * n + i] = 1;
    const layout = spectralLayout(CsrMatrix.fromDense(chain), 1, random(0, "chain"));
    const steps = Array.from(layout.subarray(1), (x, i) => Math.sign(x - layout[i]!));
    // The ends, which have half the degree, may turn back.
    expect(new Set(steps.slice(2, -2)).size).toBe(1);
  });
});
