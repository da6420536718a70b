import { existsSync } from "node:fs";
import { join } from "node:path";
import { AnnData } from "../anndata/anndata.js";
import { categorical } from "../anndata/column.js";
import { Frame } from "../anndata/frame.js";
import { FileError } from "../io/file-error.js";
import { readH5ad } from "../io/read-h5ad.js";
import { dataFolder } from "./cache.js";
import { info } from "./catalogue.js";
import { fetch, type FetchOptions } from "./fetch.js";

const NAME = "pbmc68k_reduced";
const FILE = "10x_pbmc68k_reduced.h5ad";
const COLUMNS = ["n_counts", "n_genes", "percent_mito", "louvain"];

/**
 * An extract of PBMC68k as scanpy ships it: log1p values of 700 blood cells × 765 genes, sparse, named by symbol. `obs.cell_type` holds
 * the ten published types, `uns.source` origin and licence.
 *
 * Looked for in the data folder (`pbmc68k_reduced/`), then in the cache, then fetched ({@link fetch}).
 *
 * @throws FileError where a file is damaged, {@link DownloadError} where it cannot be fetched.
 * @example
 * const adata = await datasets.pbmc68kReduced();
 */
export async function pbmc68kReduced(options: FetchOptions = {}): Promise<AnnData> {
  const set = info(NAME);
  const local = join(dataFolder() ?? "", NAME, FILE);
  const path = dataFolder() !== undefined && existsSync(local) ? local : await fetch(NAME, options);
  const { raw, obs } = await readH5ad(path);
  const [cells, genes] = set.shape!;
  if (!raw || raw.X.shape[0] !== cells || raw.X.shape[1] !== genes || !obs.has("bulk_labels")) {
    const problem = `does not hold raw log1p values of ${cells} × ${genes} with types in bulk_labels`;
    throw new FileError(path, "", problem, "Take the file away, and the data set is fetched");
  }
  const columns = Object.fromEntries(COLUMNS.map((name) => [name, obs.get(name)]));
  const { title, licence, citation, values } = set;
  return new AnnData({
    X: raw.X,
    obs: new Frame(obs.index, { cell_type: categorical(obs.strings("bulk_labels")), ...columns }),
    var: new Frame(raw.var?.index ?? []),
    uns: { log1p: { base: null }, source: { name: NAME, title, values, licence, citation, path } },
  });
}
