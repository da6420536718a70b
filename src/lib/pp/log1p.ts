import type { AnnData } from "../anndata/anndata.js";
import { CsrMatrix } from "../anndata/csr.js";
import { DenseMatrix } from "../anndata/dense.js";
import { rowMajor } from "../anndata/matrix.js";
import { overRepeatedValues } from "../stats/repeated-values.js";

/**
 * Natural logarithm of `1 + x`. Replaces `X`; writes `uns.log1p` (`{ base: null }`: the natural one), which
 * {@link highlyVariableGenes} reads.
 *
 * @throws Error where `uns.log1p` is there already: a second logarithm is almost never meant.
 * @example
 * pp.log1p(pp.normalizeTotal(adata, { targetSum: 1e4 }));
 */
export function log1p(adata: AnnData): AnnData {
  if (adata.uns["log1p"] !== undefined) {
    throw new Error("X has been through log1p already (uns.log1p is set); delete adata.uns.log1p if that is not so");
  }
  const X = rowMajor(adata.X);
  const data = new Float32Array(X.data.length);
  overRepeatedValues(Math.log1p)(X.data, 0, data.length, data);
  adata.X = X.kind === "csr" ? new CsrMatrix(X.shape, data, X.indices, X.indptr) : new DenseMatrix(X.shape, data);
  // A new object: data selected from one another share theirs.
  adata.uns = { ...adata.uns, log1p: { base: null } };
  return adata;
}
