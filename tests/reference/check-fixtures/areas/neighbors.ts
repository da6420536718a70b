import { type CsrMatrix, pp } from "../../../../src/lib/index.js";
import type { FixtureCase } from "../fixture-case.js";
import { float32, type Results } from "../results.js";

/** Exact nearest neighbours and the weights made of them, which are stored as float32. */
export function neighbors(fixture: FixtureCase): Results {
  const points = fixture.input("X") as Float64Array;
  const knn = pp.exactKnn(points, fixture.shape("X")[1], fixture.parameters["n_neighbors"] as number);
  return {
    knn_indices: knn.indices,
    knn_distances: knn.distances,
    ...triplets("connectivities_umap", pp.umapConnectivities(knn)),
    ...triplets("connectivities_gauss", pp.gaussConnectivities(knn)),
  };
}

function triplets(name: string, graph: CsrMatrix): Results {
  const rows: number[] = [];
  const columns: number[] = [];
  graph.forEachNonZero((i, j) => {
    rows.push(i);
    columns.push(j);
  });
  return { [`${name}_row`]: rows, [`${name}_col`]: columns, [`${name}_val`]: float32(graph.data) };
}
