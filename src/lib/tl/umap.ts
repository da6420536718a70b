import type { AnnData } from "../anndata/anndata.js";
import { DenseMatrix } from "../anndata/dense.js";
import { resolveOptions } from "../options.js";
import { random } from "../stats/random.js";
import { spectralLayout } from "./spectral-layout.js";
import { umapCurve } from "./umap-curve.js";
import { optimizeLayout } from "./umap-layout.js";

/** Options of {@link umap}; defaults are scanpy's. */
export interface UmapOptions {
  /** How near points may lie. Default: 0.5. */
  minDist?: number;
  /** How far apart clusters lie. Default: 1. */
  spread?: number;
  /** Dimensions of the layout. Default: 2. */
  nComponents?: number;
  /** Epochs. Default: 500 up to 10,000 cells, 200 above. */
  maxIter?: number;
  /** First step size. Default: 1. */
  alpha?: number;
  /** Weight of repulsion. Default: 1. */
  gamma?: number;
  /** Cells drawn for repulsion each time an edge attracts. Default: 5. */
  negativeSampleRate?: number;
  /** The layout to begin with: "spectral", "random" or a key of `obsm`. Default: "spectral". */
  initPos?: string;
  /** Default: 0. */
  seed?: number;
  /** Key of `obsm` to write, and of `uns` for the parameters. Default: "X_umap" and "umap". */
  keyAdded?: string;
}

const MANY_CELLS = 10_000;

/**
 * UMAP layout of the neighbour graph (McInnes, Healy and Melville 2018), as scanpy's.
 *
 * Reads `obsp.connectivities`. Writes `obsm.X_umap` (cells × components) and `uns.umap` (`params` with the curve's a and b).
 *
 * @throws Error where `obsp` has no connectivities (run pp.neighbors first) or `obsm` no `initPos`.
 * @throws RangeError for an impossible option.
 * @example
 * tl.umap(pp.neighbors(pp.pca(adata)), { minDist: 0.3 });
 */
export function umap(adata: AnnData, options: UmapOptions = {}): AnnData {
  const resolved = resolveOptions<Required<Omit<UmapOptions, "keyAdded">> & { keyAdded: string | undefined }>(
    "tl.umap",
    options,
    {
      minDist: 0.5,
      spread: 1,
      nComponents: 2,
      maxIter: adata.nObs <= MANY_CELLS ? 500 : 200,
      alpha: 1,
      gamma: 1,
      negativeSampleRate: 5,
      initPos: "spectral",
      seed: 0,
      keyAdded: undefined,
    },
  );
  const { nComponents, maxIter, alpha, gamma, negativeSampleRate, initPos, seed, keyAdded } = resolved;
  const graph = adata.obsp["connectivities"];
  if (!graph) throw new Error('obsp has no "connectivities"; run pp.neighbors first');
  requireWhole("nComponents", nComponents, 1);
  requireWhole("maxIter", maxIter, 1);
  requireWhole("negativeSampleRate", negativeSampleRate, 0);
  if (!(alpha > 0)) throw new RangeError(`alpha must be positive, not ${alpha}`);
  if (!(gamma >= 0)) throw new RangeError(`gamma must be at least 0, not ${gamma}`);
  const { a, b } = umapCurve(resolved.minDist, resolved.spread);
  const stream = random(seed, "umap");
  const layout = firstLayout(adata, initPos, nComponents);
  spreadOut(layout, nComponents);
  optimizeLayout(graph, layout, nComponents, { a, b, epochs: maxIter, alpha, gamma, negativeSampleRate }, stream);
  adata.obsm[keyAdded ?? "X_umap"] = new DenseMatrix([adata.nObs, nComponents], layout);
  adata.uns = { ...adata.uns, [keyAdded ?? "umap"]: { params: { a, b, random_state: seed } } };
  return adata;

  function firstLayout(data: AnnData, start: string, dimensions: number): Float32Array {
    if (start === "random") {
      return Float32Array.from({ length: data.nObs * dimensions }, () => 20 * stream.uniform() - 10);
    }
    if (start === "spectral") {
      const spectral = spectralLayout(graph!, dimensions, stream);
      let largest = 0;
      for (const value of spectral) largest = Math.max(largest, Math.abs(value));
      // Noise parts cells that the graph cannot tell apart.
      return Float32Array.from(spectral, (value) => (10 * value) / (largest || 1) + 1e-4 * stream.normal());
    }
    const given = data.obsm[start];
    if (!given) throw new Error(`obsm has no "${start}"; give initPos "spectral", "random" or a key of obsm`);
    if (given.shape[1] !== dimensions) {
      throw new RangeError(`obsm["${start}"] has ${given.shape[1]} columns, the layout ${dimensions}; set nComponents`);
    }
    return given.data.slice();
  }
}

/** Stretches each axis to 0..10. */
function spreadOut(layout: Float32Array, dimensions: number): void {
  for (let d = 0; d < dimensions; d++) {
    let low = Infinity;
    let high = -Infinity;
    for (let at = d; at < layout.length; at += dimensions) {
      low = Math.min(low, layout[at]!);
      high = Math.max(high, layout[at]!);
    }
    const range = high - low || 1;
    for (let at = d; at < layout.length; at += dimensions) layout[at] = (10 * (layout[at]! - low)) / range;
  }
}

function requireWhole(name: string, value: number, least: number): void {
  if (Number.isInteger(value) && value >= least) return;
  throw new RangeError(`${name} must be a whole number of at least ${least}, not ${value}`);
}
