"""anndata reads an h5ad file into memory."""

import sys

import anndata
from peer import serve


def run() -> dict:
    adata = anndata.read_h5ad(sys.argv[1])
    return {
        "cells": adata.n_obs,
        "genes": adata.n_vars,
        "nonZeros": int(adata.X.nnz),
        "total": float(adata.X.sum()),
        "lastCell": adata.obs_names[-1],
        "lastGene": adata.var_names[-1],
    }


serve(run)
