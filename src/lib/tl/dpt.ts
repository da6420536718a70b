import type { AnnData } from "../anndata/anndata.js";
import { resolveOptions } from "../options.js";
import { connectedComponents } from "./graph-components.js";

/** Options of {@link dpt}. */
export interface DptOptions {
  /** Number of diffusion components to use. Default: 10, or as many as there are. */
  nDcs?: number;
  /** The cell where time begins: its number. Default: `uns.iroot`. */
  root?: number;
}

/** Components of an eigenvalue from here on count as stationary: in float32, as scanpy keeps them, they cannot be told from 1. */
const STATIONARY = 0.9994;

/**
 * Diffusion pseudotime (Haghverdi et al. 2016), as scanpy's: the distance from the root cell in the diffusion components, each
 * weighted by λ / (1 - λ) (stationary ones by 1), over the largest; infinite for cells that the graph does not connect with the root.
 *
 * Reads `obsm.X_diffmap`, `uns.diffmap_evals` and `obsp.connectivities`; writes `obs.dpt_pseudotime` and `uns.iroot`.
 *
 * @throws Error where tl.diffmap has not been run, or no root is given.
 * @throws RangeError where the root is no cell or `nDcs` exceeds the components there are.
 * @example
 * tl.dpt(tl.diffmap(adata), { root: 0 });
 */
export function dpt(adata: AnnData, options: DptOptions = {}): AnnData {
  const coordinates = adata.obsm["X_diffmap"];
  const values = adata.uns["diffmap_evals"] as ArrayLike<number> | undefined;
  const graph = adata.obsp["connectivities"];
  if (!coordinates || !values || !graph) throw new Error("there is no diffusion map; run tl.diffmap first");
  const { nDcs, root } = resolveOptions<{ nDcs: number; root: unknown }>("tl.dpt", options, {
    nDcs: Math.min(10, values.length),
    root: adata.uns["iroot"],
  });
  if (root === undefined) throw new Error("there is no root cell; give root, or set adata.uns.iroot to its number");
  if (!(typeof root === "number" && Number.isInteger(root) && root >= 0 && root < adata.nObs)) {
    throw new RangeError(`root must be the number of a cell, 0 to ${adata.nObs - 1}, not ${String(root)}`);
  }
  if (!(Number.isInteger(nDcs) && nDcs >= 1 && nDcs <= values.length)) {
    throw new RangeError(`nDcs must be from 1 to ${values.length}, the components of X_diffmap, not ${nDcs}`);
  }
  const width = coordinates.shape[1];
  const { labels } = connectedComponents(graph);
  const pseudotime = diffusionPseudotime(coordinates.data, width, Array.from(values).slice(0, nDcs), root, labels);
  adata.obs.set("dpt_pseudotime", pseudotime);
  adata.uns = { ...adata.uns, iroot: root };
  return adata;
}

/**
 * Distances from a root in diffusion components, over the largest finite one.
 *
 * @param coordinates - cells × width, row-major; the first columns belong to `eigenvalues`.
 * @param components - the connected component of each cell.
 * @example
 * tl.diffusionPseudotime(Float64Array.of(0, 1, 4), 1, [0.5], 0, [0, 0, 0]); // Float64Array [0, 0.25, 1]
 */
export function diffusionPseudotime(
  coordinates: Float32Array | Float64Array,
  width: number,
  eigenvalues: ArrayLike<number>,
  root: number,
  components: ArrayLike<number>,
): Float64Array {
  const n = coordinates.length / width;
  const distances = new Float64Array(n);
  let most = 0;
  for (let i = 0; i < n; i++) {
    let square = 0;
    for (let c = 0; c < eigenvalues.length; c++) {
      const value = eigenvalues[c]!;
      const weight = value < STATIONARY ? value / (1 - value) : 1;
      square += (weight * (coordinates[root * width + c]! - coordinates[i * width + c]!)) ** 2;
    }
    distances[i] = components[i] === components[root] ? Math.sqrt(square) : Infinity;
    if (distances[i]! < Infinity) most = Math.max(most, distances[i]!);
  }
  // A root that is connected with nothing has time 0.
  return most > 0 ? distances.map((distance) => distance / most) : distances;
}
