import { describe, expect, it } from "vitest";
import { AnnData, CsrMatrix, DenseMatrix } from "../../src/lib/anndata/index.js";
import { trustworthiness } from "../../src/lib/metrics/index.js";
import * as pp from "../../src/lib/pp/index.js";
import * as tl from "../../src/lib/tl/index.js";
import { expectClose, expectCloseUpToSign } from "../helpers/compare.js";
import { STORAGES } from "../helpers/matrices.js";
import { numbers, readJson } from "./read-json.js";

interface Reference {
  points: number[][];
  n_neighbors: number;
  evals: number[];
  diffmap: number[][];
  root: number;
  dpt: number[];
  apart: (number | string)[];
  umap: number[];
  curves: [number, number, number, number][];
  groups: number[];
  paga: { connectivities: number[][]; tree: number[][] };
  dendrograms: { method: tl.LinkageMethod; linkage: number[][]; order: string[]; correlation: number[][] }[];
  combat: { X: number[][]; age: number[]; cases: { covariates: string[]; X: number[][] }[] };
  regress: { counts: number[][]; age: number[]; cases: { keys: string[]; X: number[][] }[] };
}

const reference = readJson<Reference>("embedding.json");

/** scanpy keeps eigenvalues and vectors in float32, and its connectivities stop at 1e-5 of the sum. */
const FLOAT32 = { relative: 1e-3, absolute: 2e-4 };

function graphOf(points: number[][]): AnnData {
  const X_pca = DenseMatrix.fromRows(points);
  const adata = new AnnData({ X: DenseMatrix.zeros([points.length, 1]), obsm: { X_pca } });
  return pp.neighbors(adata, { nNeighbors: reference.n_neighbors });
}

describe("a fork", () => {
  const adata = () => graphOf(reference.points);

  it("has scanpy's diffusion map and pseudotime", () => {
    const data = tl.diffmap(adata(), { nComps: 6 });
    expectClose(data.uns["diffmap_evals"] as Float64Array, reference.evals, { relative: 1e-4 });
    expectCloseUpToSign(
      data.obsm["X_diffmap"]!.transpose().data,
      numbers(reference.diffmap),
      reference.points.length,
      FLOAT32,
    );
    tl.dpt(data, { nDcs: 6, root: reference.root });
    expectClose(data.obs.numbers("dpt_pseudotime"), reference.dpt, FLOAT32);
  });

  it("has layouts as trustworthy as umap-learn's", () => {
    const points = Float64Array.from(reference.points.flat());
    const worst = Math.min(...reference.umap);
    for (const seed of [0, 1, 2]) {
      const layout = tl.umap(adata(), { seed }).obsm["X_umap"]!;
      expect(trustworthiness(points, 6, layout.data, 2, 12)).toBeGreaterThan(worst - 0.02);
    }
  });
});

describe("groups along the fork", () => {
  const adata = graphOf(reference.points);
  adata.obs.set(
    "group",
    reference.groups.map((group) => `g${group}`),
  );

  it("are connected as scanpy's paga says", () => {
    const { connectivities, connectivities_tree, groups } = tl.paga(adata, { groups: "group" }).uns["paga"] as {
      connectivities: CsrMatrix;
      connectivities_tree: CsrMatrix;
      groups: string;
    };
    // Ratios of whole numbers, stored in float32.
    expectClose(connectivities.toDense().data, numbers(reference.paga.connectivities), { relative: 1e-6 });
    expectClose(connectivities_tree.toDense().data, numbers(reference.paga.tree), { relative: 1e-6 });
    expect(groups).toBe("group");
    expect([...(adata.uns["group_sizes"] as Int32Array)].reduce((sum, size) => sum + size, 0)).toBe(120);
  });

  it.each(reference.dendrograms)(
    "merge as scanpy's dendrogram says: $method",
    ({ method, linkage, order, correlation }) => {
      tl.dendrogram(adata, { groupby: "group", linkageMethod: method });
      const found = adata.uns["dendrogram_group"] as Record<string, DenseMatrix & string[]>;
      // Means of float32 coordinates there, of float32 ones in float64 here.
      expectClose(found["linkage"]!.data, numbers(linkage), { relative: 1e-4, absolute: 1e-5 });
      expectClose(found["correlation_matrix"]!.data, numbers(correlation), { relative: 1e-5 });
      expect(found["categories_ordered"]).toEqual(order);
    },
  );
});

it("cells that the graph does not connect with the root have infinite pseudotime, as in scanpy", () => {
  const points = reference.points.map((point, i) => (i < 60 ? point : point.map((value) => value + 50)));
  const data = tl.dpt(tl.diffmap(graphOf(points), { nComps: 5 }), { nDcs: 5, root: 0 });
  const expected = reference.apart.map((value) => (value === "inf" ? Infinity : Number(value)));
  const found = data.obs.numbers("dpt_pseudotime");
  expect(Array.from(found, Number.isFinite)).toEqual(expected.map(Number.isFinite));
});

it.each(reference.curves)("the curve of spread %d and minDist %d is umap-learn's", (spread, minDist, a, b) => {
  const found = tl.umapCurve(minDist, spread);
  // The optimiser of the reference stops at about 1e-8 of the sum of squares.
  expectClose([found.a, found.b], [a, b], { relative: 1e-5 });
});

describe.each(STORAGES)("%s data", (storage) => {
  it.each(reference.regress.cases)("have scanpy's residuals by $keys", ({ keys, X }) => {
    const dense = DenseMatrix.fromRows(reference.regress.counts);
    const adata = new AnnData({ X: storage === "dense" ? dense : CsrMatrix.fromDense(dense) });
    adata.obs.set("depth", adata.X.rowSums()).set("age", reference.regress.age);
    adata.obs.set(
      "batch",
      adata.obsNames.map((_, i) => "abc"[i % 3]!),
    );
    pp.regressOut(adata, { keys });
    // Residuals are stored in float32.
    expectClose(adata.X.toDense().data, numbers(X), { relative: 1e-6, absolute: 1e-6 });
  });
});

it.each(reference.combat.cases)("batches are taken out as by scanpy's combat, covariates $covariates", (expected) => {
  const adata = new AnnData({ X: DenseMatrix.fromRows(reference.combat.X) });
  adata.obs.set("age", reference.combat.age);
  adata.obs.set(
    "batch",
    adata.obsNames.map((_, i) => `b${i % 3}`),
  );
  pp.combat(adata, { covariates: expected.covariates });
  // Values are float32 before and after.
  expectClose(adata.X.toDense().data, numbers(expected.X), { relative: 1e-5, absolute: 2e-6 });
});
