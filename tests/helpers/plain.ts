import type { AnnData, Frame } from "../../src/lib/anndata/index.js";

/** A table as plain data: a comparison of tables themselves would not see their columns. */
export function plainFrame(frame: Frame): Record<string, unknown> {
  return { index: frame.index, columns: frame.columns.map((name) => [name, frame.get(name)]) };
}

/** Everything that data hold, as plain data to be compared. */
export function plain(adata: AnnData): Record<string, unknown> {
  const { raw, ...fields } = adata;
  return {
    ...fields,
    obs: plainFrame(adata.obs),
    var: plainFrame(adata.var),
    ...(raw && { raw: { X: raw.X, var: plainFrame(raw.var) } }),
  };
}
