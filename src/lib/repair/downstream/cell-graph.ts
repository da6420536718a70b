import { AnnData } from "../../anndata/anndata.js";
import type { DenseMatrix } from "../../anndata/dense.js";
import { Frame } from "../../anndata/frame.js";
import { neighbors } from "../../pp/neighbors.js";
import { pca } from "../../pp/pca.js";
import { COMPONENTS } from "../scores/separation.js";

/** Cells in a neighbourhood, the cell itself among them: scanpy's default. */
const NEIGHBOURS = 15;

/** The neighbour graph of cells on their own leading components, as an analyst without labels would make it. */
export function cellGraph(cells: DenseMatrix): AnnData {
  const [n, genes] = cells.shape;
  const names = (count: number) => new Frame(Array.from({ length: count }, (_, i) => String(i)));
  const adata = new AnnData({ X: cells, obs: names(n), var: names(genes) });
  pca(adata, { nComps: Math.min(COMPONENTS, n - 1, genes) });
  return neighbors(adata, { nNeighbors: Math.min(NEIGHBOURS, n) });
}
