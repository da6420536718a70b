import { describe, expect, it } from "vitest";
import { AnnData, CsrMatrix, DenseMatrix } from "../../../src/lib/anndata/index.js";
import { neighbors } from "../../../src/lib/pp/index.js";
import { random } from "../../../src/lib/stats/index.js";
import { connectedComponents, diffmap, diffusionMap, diffusionPseudotime, dpt } from "../../../src/lib/tl/index.js";
import { expectClose } from "../../helpers/compare.js";

const N = 60;

/** Cells along a curve, in order, with a little noise. */
function curve(order: ArrayLike<number> = Array.from({ length: N }, (_, i) => i)): AnnData {
  const noise = random(0, "curve").fillNormal(new Float32Array(N * 3));
  const points = new DenseMatrix([N, 3], noise.map((value) => 0.05 * value)); // prettier-ignore
  for (let i = 0; i < N; i++) points.data[3 * i] = i / 5;
  const X_pca = points.selectRows(order);
  return neighbors(new AnnData({ X: DenseMatrix.zeros([N, 1]), obsm: { X_pca } }), { nNeighbors: 8 });
}

describe("the diffusion map", () => {
  it("has orthogonal eigenvectors of the transition matrix, the first of eigenvalue 1", () => {
    const graph = curve().obsp["connectivities"]!;
    const { values, vectors } = diffusionMap(graph, 5);
    expect(values[0]).toBeCloseTo(1, 10);
    for (let a = 0; a < 5; a++) {
      if (a > 0) expect(values[a]).toBeLessThanOrEqual(values[a - 1]!);
      for (let b = 0; b < 5; b++) {
        let inner = 0;
        for (let i = 0; i < N; i++) inner += vectors[a * N + i]! * vectors[b * N + i]!;
        expect(inner).toBeCloseTo(a === b ? 1 : 0, 9);
      }
    }
  });

  it("is the same in another order of cells", () => {
    const order = Array.from({ length: N }, (_, i) => (i * 7) % N);
    const first = diffmap(curve(), { nComps: 4 }).obsm["X_diffmap"]!.selectRows(order);
    const then = diffmap(curve(order), { nComps: 4 }).obsm["X_diffmap"]!;
    // Connectivities are rounded to float32 after sums in another order.
    expectClose(then.data, first.data, { relative: 1e-4, absolute: 1e-5 });
  });

  it("needs a graph, and components that it has", () => {
    expect(() => diffmap(new AnnData({ X: DenseMatrix.zeros([9, 1]) }))).toThrow("run pp.neighbors first");
    expect(() => diffmap(curve(), { nComps: N })).toThrow(`nComps must be from 3 to ${N - 1}`);
    expect(() => diffmap(curve(), { nComps: 2 })).toThrow("not 2");
  });
});

describe("pseudotime", () => {
  it("rises along the curve from its root", () => {
    const time = dpt(diffmap(curve()), { root: 0 }).obs.numbers("dpt_pseudotime");
    expect(time[0]).toBe(0);
    expect(Math.max(...time)).toBe(1);
    for (let i = 5; i < N; i += 5) expect(time[i]).toBeGreaterThan(time[i - 5]!);
  });

  it("begins at uns.iroot where no root is given", () => {
    const adata = diffmap(curve());
    adata.uns["iroot"] = 7;
    expect(dpt(adata).obs.numbers("dpt_pseudotime")[7]).toBe(0);
  });

  it("counts a stationary component with weight 1", () => {
    const coordinates = Float64Array.of(0, 0, 1, 0, 0, 1);
    expect([...diffusionPseudotime(coordinates, 2, [1, 0.75], 0, [0, 0, 0])]).toEqual([0, 1 / 3, 1]);
    expect([...diffusionPseudotime(coordinates, 2, [1, 0.75], 0, [0, 1, 1])]).toEqual([0, Infinity, Infinity]);
  });

  it("needs a map and a root that is a cell", () => {
    expect(() => dpt(curve(), { root: 0 })).toThrow("there is no diffusion map; run tl.diffmap first");
    expect(() => dpt(diffmap(curve()))).toThrow("there is no root cell; give root");
    expect(() => dpt(diffmap(curve()), { root: N })).toThrow(
      `root must be the number of a cell, 0 to ${N - 1}, not ${N}`,
    );
    expect(() => dpt(diffmap(curve(), { nComps: 4 }), { root: 0, nDcs: 5 })).toThrow("nDcs must be from 1 to 4");
  });
});

it("connected components are numbered by their first node; a node alone is one", () => {
  const graph = DenseMatrix.zeros([5, 5]);
  for (const [i, j] of [[0, 3], [4, 1]] as const) graph.data[5 * i + j] = graph.data[5 * j + i] = 1; // prettier-ignore
  expect(connectedComponents(CsrMatrix.fromDense(graph))).toEqual({ count: 3, labels: Int32Array.of(0, 1, 2, 0, 1) });
});
