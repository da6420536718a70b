"""scanpy ranks the genes of data in memory."""

import sys
import warnings

import anndata
import numpy as np
import scanpy
from peer import serve

warnings.filterwarnings("ignore")
adata = anndata.read_h5ad(sys.argv[1])
adata.uns["log1p"] = {}
held: dict = {}


def run() -> dict:
    scanpy.tl.rank_genes_groups(adata, "cell_type", method=sys.argv[2])
    return held


run()
result = adata.uns["rank_genes_groups"]
groups = sorted(result["names"].dtype.names)
held["total"] = float(sum(np.abs(result["scores"][group].astype(float)).sum() for group in groups))
held["first"] = ",".join(result["names"][group][0] for group in groups)
serve(run)
