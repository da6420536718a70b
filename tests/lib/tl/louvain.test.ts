import { describe, expect, it } from "vitest";
import { AnnData, CsrMatrix, DenseMatrix } from "../../../src/lib/anndata/index.js";
import { adjustedRandIndex, modularity } from "../../../src/lib/metrics/index.js";
import { exactKnn, umapConnectivities } from "../../../src/lib/pp/index.js";
import { random } from "../../../src/lib/stats/index.js";
import { leidenPartition, louvain, louvainPartition } from "../../../src/lib/tl/index.js";

/** The neighbour graph of four clouds of points. */
function clouds(): { graph: CsrMatrix; truth: number[] } {
  const truth = Array.from({ length: 120 }, (_, i) => i % 4);
  const points = random(0, "clouds").fillNormal(new Float32Array(120 * 4));
  truth.forEach((cloud, i) => (points[4 * i + cloud]! += 9));
  return { graph: umapConnectivities(exactKnn(points, 4, 8)), truth };
}

describe("Louvain communities", () => {
  const { graph, truth } = clouds();

  it("are the clouds at low resolution, in any order of nodes", () => {
    const order = truth.map((_, i) => (i * 7) % truth.length);
    const permuted = graph.selectRows(order).selectColumns(order);
    expect(adjustedRandIndex(louvainPartition(graph, { resolution: 0.1, seed: 0 }), truth)).toBe(1);
    const labels = louvainPartition(permuted, { resolution: 0.1, seed: 1 });
    expect(adjustedRandIndex(labels, order.map((i) => truth[i]!))).toBe(1); // prettier-ignore
  });

  it("have nearly the modularity of Leiden's, and are the same for the same seed", () => {
    const found = louvainPartition(graph, { resolution: 1, seed: 2 });
    const leiden = modularity(graph, leidenPartition(graph, { resolution: 1, seed: 2 }));
    expect(modularity(graph, found)).toBeGreaterThan(leiden - 0.02);
    expect(louvainPartition(graph, { resolution: 1, seed: 2 })).toEqual(found);
  });

  it("are single nodes without edges, and none without nodes", () => {
    const empty = (n: number) => CsrMatrix.fromDense(DenseMatrix.zeros([n, n]));
    expect([...louvainPartition(empty(3), { resolution: 1, seed: 0 })].sort()).toEqual([0, 1, 2]);
    expect(louvainPartition(empty(0), { resolution: 1, seed: 0 })).toHaveLength(0);
  });

  it("are a categorical column, and need a graph and a resolution", () => {
    const adata = new AnnData({ X: DenseMatrix.zeros([120, 1]) });
    expect(() => louvain(adata)).toThrow("run pp.neighbors first");
    adata.obsp["connectivities"] = graph;
    expect(() => louvain(adata, { resolution: -1 })).toThrow("resolution must be positive, not -1");
    expect(() => louvain(adata, { nIterations: 2 } as never)).toThrow('tl.louvain: unknown option "nIterations"');
    louvain(adata, { resolution: 0.1 });
    expect(adata.obs.get("louvain")).toMatchObject({ kind: "categorical", categories: ["0", "1", "2", "3"] });
    expect(adata.uns["louvain"]).toEqual({ params: { resolution: 0.1, random_state: 0 } });
  });
});
