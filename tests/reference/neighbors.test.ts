import { describe, expect, it } from "vitest";
import type { CsrMatrix } from "../../src/lib/anndata/index.js";
import { AnnData, DenseMatrix } from "../../src/lib/anndata/index.js";
import { exactKnn, gaussConnectivities, neighbors, umapConnectivities } from "../../src/lib/pp/index.js";
import { expectClose } from "../helpers/compare.js";
import { numbers, readJson } from "./read-json.js";

interface Graph {
  data: number[];
  indices: number[];
  indptr: number[];
}

interface Case {
  method: "umap" | "gauss";
  n_neighbors: number;
  distances?: Graph;
  connectivities: Graph;
}

const { points, cases } = readJson<{ points: number[][]; cases: Case[] }>("neighbors.json");
const dimensions = points[0]!.length;

/** scanpy's weights are float32 and come from a search for σ that stops at 1e-5. */
const WEIGHTS = { relative: 2e-5, absolute: 1e-6 };

describe.each(cases)("$method graph of $n_neighbors neighbours as scanpy", (expected) => {
  const { method, n_neighbors: k } = expected;
  const connectivities = method === "umap" ? umapConnectivities : gaussConnectivities;

  it("has the weights of scanpy's points", () => {
    expectGraph(connectivities(exactKnn(numbers(points), dimensions, k)), expected.connectivities, WEIGHTS);
  });

  it("has them in obsp too, where points are float32", () => {
    const rows = DenseMatrix.fromRows(points);
    const adata = new AnnData({ X: DenseMatrix.zeros([points.length, 1]), obsm: { X_pca: rows } });
    neighbors(adata, { nNeighbors: k, method });
    expectGraph(adata.obsp["connectivities"]!, expected.connectivities, { relative: 1e-4, absolute: 1e-5 });
    if (expected.distances) expectGraph(adata.obsp["distances"]!, expected.distances, { relative: 1e-6 });
    expect(adata.uns["neighbors"]).toMatchObject({ params: { n_neighbors: k, method, use_rep: "X_pca" } });
  });
});

function expectGraph(got: CsrMatrix, expected: Graph, tolerance: { relative: number; absolute?: number }): void {
  expect([...got.indptr]).toEqual(expected.indptr);
  expect([...got.indices]).toEqual(expected.indices);
  expectClose(got.data, expected.data, tolerance);
}
