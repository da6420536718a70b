"""Writes tests/reference/highly-variable.json: genes chosen by scanpy's flavors, with and without batches, and loess curves.

python -m pip install scanpy==1.11.5 anndata==0.12.19 scikit-misc==0.5.3 numpy==2.4.6 scipy==1.17.1
python tests/reference/scripts/highly_variable.py
"""

import json
import warnings
from pathlib import Path

import anndata as ad
import numpy as np
import scanpy as sc
from skmisc.loess import loess

warnings.filterwarnings("ignore")
CELLS, GENES = 60, 90


def simulate():
    """Counts of two batches of cells in turn; gene 3 has counts in batch "a" only."""
    rng = np.random.default_rng(1)
    means = rng.gamma(1.2, 3.0, size=GENES) + 0.3
    counts = rng.negative_binomial(2, 2 / (2 + means * rng.lognormal(0, 0.3, size=(CELLS, 1))))
    counts[1::2, 3] = 0
    adata = ad.AnnData(counts.astype(np.float64))
    adata.obs["batch"] = ["ab"[i % 2] for i in range(CELLS)]
    return adata


def plain(values):
    values = np.asarray(values)
    if values.dtype.kind in "biu":
        return [int(v) for v in values]
    return [None if np.isnan(v) else float(f"{v:.12g}") for v in values]


def main():
    raw = simulate()
    log = raw.copy()
    sc.pp.normalize_total(log, target_sum=1e3)
    sc.pp.log1p(log)
    out = {"scanpy": sc.__version__, "counts": [plain(row.astype(int)) for row in raw.X], "cases": []}
    for flavor in ["seurat", "cell_ranger", "seurat_v3", "seurat_v3_paper", "pearson_residuals"]:
        for batch in [None, "batch"]:
            for top in [20, None]:
                if top is None and flavor not in ["seurat", "cell_ranger"]:
                    continue
                data = (log if flavor in ["seurat", "cell_ranger"] else raw).copy()
                options = {"flavor": flavor, "batch_key": batch, "n_top_genes": top}
                if flavor == "pearson_residuals":
                    sc.experimental.pp.highly_variable_genes(data, **options)
                else:
                    sc.pp.highly_variable_genes(data, **options)
                columns = {name: plain(data.var[name]) for name in data.var.columns}
                out["cases"].append({"options": options, "var": columns})
    rng = np.random.default_rng(2)
    out["loess"] = []
    for n, ties in [(37, False), (400, False), (400, True)]:
        x = rng.gamma(2.0, 2.0, size=n)
        if ties:
            x = np.round(5 * x)
        x = np.array(plain(np.log10(x + 1)))
        y = np.array(plain(1.2 * x + 0.3 * x**2 + rng.normal(0, 0.2, size=n)))
        model = loess(x, y, span=0.3, degree=2)
        model.fit()
        out["loess"].append({"x": plain(x), "y": plain(y), "fitted": plain(model.outputs.fitted_values)})
    path = Path(__file__).parent.parent / "highly-variable.json"
    path.write_text(json.dumps(out, separators=(",", ":")) + "\n")


main()
