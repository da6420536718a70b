import { describe, expect, it } from "vitest";
import { AnnData, CsrMatrix, DenseMatrix } from "../../../src/lib/anndata/index.js";
import { adjustedRandIndex, modularity } from "../../../src/lib/metrics/index.js";
import { leiden, leidenPartition } from "../../../src/lib/tl/index.js";

/** Cliques of the sizes given, neighbours joined by one weak edge. */
function cliques(sizes: number[]): { graph: CsrMatrix; truth: number[] } {
  const truth = sizes.flatMap((size, clique) => new Array<number>(size).fill(clique));
  const n = truth.length;
  const dense = DenseMatrix.zeros([n, n]);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) if (i !== j && truth[i] === truth[j]) dense.data[i * n + j] = 1;
    if (i > 0 && truth[i] !== truth[i - 1]) dense.data[i * n + i - 1] = dense.data[(i - 1) * n + i] = 0.1;
  }
  return { graph: CsrMatrix.fromDense(dense), truth };
}

describe("Leiden communities", () => {
  const { graph, truth } = cliques([4, 7, 5, 6]);

  it("are the cliques of a chain of cliques, the largest first, for any seed", () => {
    for (const seed of [0, 1, 2, 3]) {
      const labels = leidenPartition(graph, { resolution: 1, seed });
      expect([...labels]).toEqual(truth.map((clique) => [3, 0, 2, 1][clique]));
    }
  });

  it("are the same in another order of nodes", () => {
    const order = truth.map((_, i) => (i * 5) % truth.length);
    const labels = leidenPartition(graph.selectRows(order).selectColumns(order), { resolution: 1, seed: 0 });
    expect(
      adjustedRandIndex(
        labels,
        order.map((i) => truth[i]!),
      ),
    ).toBe(1);
  });

  it("are fewer and larger at low resolution, single nodes at high", () => {
    const count = (resolution: number) => new Set(leidenPartition(graph, { resolution, seed: 0 })).size;
    expect(count(0.001)).toBe(1);
    expect(count(100)).toBe(truth.length);
  });

  it("have no less modularity than single nodes or one community", () => {
    const found = modularity(graph, leidenPartition(graph, { resolution: 1, seed: 0 }));
    expect(found).toBeGreaterThan(
      modularity(
        graph,
        truth.map((_, i) => i),
      ),
    );
    expect(found).toBeGreaterThan(
      modularity(
        graph,
        truth.map(() => 0),
      ),
    );
  });

  it("are single nodes without edges, and none without nodes", () => {
    const none = CsrMatrix.fromDense(DenseMatrix.zeros([3, 3]));
    expect([...leidenPartition(none, { resolution: 1, seed: 0 })].sort()).toEqual([0, 1, 2]);
    expect(leidenPartition(CsrMatrix.fromDense(DenseMatrix.zeros([0, 0])), { resolution: 1, seed: 0 })).toHaveLength(0);
  });

  it("are a categorical column, with what made it in uns", () => {
    const adata = new AnnData({ X: DenseMatrix.zeros([truth.length, 1]), obsp: { connectivities: graph } });
    leiden(adata, { keyAdded: "groups", resolution: 0.9, seed: 3 });
    expect(adata.obs.get("groups")).toMatchObject({ kind: "categorical", categories: ["0", "1", "2", "3"] });
    expect(adjustedRandIndex(adata.obs.strings("groups"), truth)).toBe(1);
    expect(adata.uns["groups"]).toEqual({ params: { resolution: 0.9, n_iterations: -1, random_state: 3 } });
  });

  it("need a graph and a resolution", () => {
    const adata = new AnnData({ X: DenseMatrix.zeros([2, 1]) });
    expect(() => leiden(adata)).toThrow('obsp has no "connectivities"; run pp.neighbors first');
    adata.obsp["connectivities"] = CsrMatrix.fromDense(DenseMatrix.zeros([2, 2]));
    expect(() => leiden(adata, { resolution: 0 })).toThrow(new RangeError("resolution must be positive, not 0"));
    expect(() => leiden(adata, { key_added: "x" } as never)).toThrow(
      'tl.leiden: unknown option "key_added"; options: resolution',
    );
    expect(() => leiden(adata, { seed: 0.5 })).toThrow("seed must be a whole number, not 0.5");
  });
});
