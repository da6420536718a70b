"""anndata writes data in memory to an h5ad file."""

import sys

import anndata
from peer import serve

adata = anndata.read_h5ad(sys.argv[1])
held = {"total": float(adata.X.sum()), "lastGene": adata.var_names[-1]}


def run() -> dict:
    adata.write_h5ad(sys.argv[2])
    return held


serve(run)
