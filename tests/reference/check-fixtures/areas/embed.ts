import { AnnData, DenseMatrix, metrics, tl } from "../../../../src/lib/index.js";
import type { FixtureCase } from "../fixture-case.js";
import { graphInput } from "../graph-input.js";
import { float32, type Results, signFree, unknownCase } from "../results.js";

/** Layouts and pseudotime. */
export function embed(fixture: FixtureCase): Results {
  if (fixture.name.startsWith("umap_ab")) return curve(fixture);
  if (fixture.name.startsWith("umap")) return umap(fixture);
  if (fixture.name.startsWith("diffmap_dpt")) return pseudotime(fixture);
  return unknownCase(fixture);
}

function curve(fixture: FixtureCase): Results {
  const pairs = fixture.inputValue<[number, number][]>("spread_min_dist");
  return {
    a_b: pairs.map(([spread, minDist]) => {
      const { a, b } = tl.umapCurve(minDist, spread);
      return [a, b];
    }),
  };
}

const SEEDS = [0, 1, 2];
const K = 15;

/** The worst of several seeds' layouts, and the measures themselves on the reference's. */
function umap(fixture: FixtureCase): Results {
  const X = fixture.input("X") as Float64Array;
  const [n, dimensions] = fixture.shape("X");
  const { min_dist, spread, n_components } = fixture.parameters as Record<string, number>;
  const reference = fixture.input("reference_embedding") as Float64Array;
  const layouts = SEEDS.map((seed) => {
    const adata = graphData(fixture, n);
    tl.umap(adata, { minDist: min_dist, spread, nComponents: n_components, seed });
    return adata.obsm["X_umap"]!.data;
  });
  return {
    trustworthiness_k15: metrics.trustworthiness(X, dimensions, reference, 2, K),
    knn_kept_k15: metrics.neighborsKept(X, dimensions, reference, 2, K),
    silhouette_of_labels: metrics.silhouette(reference, 2, fixture.inputValue<string[]>("labels")),
    min_trustworthiness: Math.min(...layouts.map((layout) => metrics.trustworthiness(X, dimensions, layout, 2, K))),
    min_knn_kept: Math.min(...layouts.map((layout) => metrics.neighborsKept(X, dimensions, layout, 2, K))),
  };
}

function pseudotime(fixture: FixtureCase): Results {
  const { n_comps, n_dcs, iroot } = fixture.parameters as Record<string, number>;
  const adata = graphData(fixture, fixture.inputValue<number>("n_nodes"));
  tl.dpt(tl.diffmap(adata, { nComps: n_comps }), { nDcs: n_dcs, root: iroot });
  return {
    eigenvalues: float32(adata.uns["diffmap_evals"]),
    eigenvectors: float32(signFree(adata.obsm["X_diffmap"]!.data, 1)),
    dpt_pseudotime: float32(adata.obs.numbers("dpt_pseudotime")),
    n_connected_components: tl.connectedComponents(adata.obsp["connectivities"]!).count,
  };
}

function graphData(fixture: FixtureCase, n: number): AnnData {
  return new AnnData({ X: DenseMatrix.zeros([n, 1]), obsp: { connectivities: graphInput(fixture, n) } });
}
