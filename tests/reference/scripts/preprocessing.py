"""Writes tests/reference/preprocessing.json and neighbors.json: what scanpy makes of a small seeded count matrix.

python -m pip install scanpy==1.11.5 anndata==0.12.19 numpy==2.4.6 scipy==1.17.1 scikit-learn==1.9.1
python tests/reference/scripts/preprocessing.py
"""

import json
import warnings
from pathlib import Path

import anndata as ad
import numpy as np
import scanpy as sc

warnings.filterwarnings("ignore")
CELLS, GENES = 60, 80


def simulate():
    """Counts of three groups of cells; gene 0 and cell 5 are all zero, genes 7, 17, … are mitochondrial."""
    rng = np.random.default_rng(0)
    means = rng.gamma(0.6, 2.0, size=(3, GENES)) * (1 + 6 * (rng.random(size=(3, GENES)) < 0.05))
    depth = rng.lognormal(0, 0.4, size=CELLS)
    counts = rng.poisson(means[np.arange(CELLS) % 3] * depth[:, None]).astype(np.float64)
    counts[:, 0] = 0
    counts[5] = 0
    adata = ad.AnnData(counts)
    adata.var["mt"] = np.arange(GENES) % 10 == 7
    return adata


def plain(values):
    """Nested lists of numbers with 8 digits; NaN as null."""
    values = np.asarray(values.todense() if hasattr(values, "todense") else values)
    if values.ndim > 1:
        return [plain(row) for row in values]
    if values.dtype.kind in "biu":
        return [int(v) for v in values]
    return [None if np.isnan(v) else float(f"{v:.8g}") for v in values]


def columns(frame):
    return {name: plain(frame[name]) for name in frame.columns if name != "mt"}


def preprocessing():
    raw = simulate()
    out = {"scanpy": sc.__version__, "counts": plain(raw.X.astype(int)), "mt": plain(raw.var["mt"])}

    qc = raw.copy()
    sc.pp.calculate_qc_metrics(qc, qc_vars=["mt"], percent_top=[5, 20], inplace=True)
    out["qc"] = {"obs": columns(qc.obs), "var": columns(qc.var)}

    out["filter"] = []
    cells = [{"min_genes": 30}, {"max_genes": 40}, {"min_counts": 60}, {"max_counts": 150}]
    genes = [{"min_cells": 20}, {"max_cells": 40}, {"min_counts": 50}, {"max_counts": 200}]
    for verb, options in [("filter_cells", o) for o in cells] + [("filter_genes", o) for o in genes]:
        kept = raw.copy()
        getattr(sc.pp, verb)(kept, **options)
        names = kept.obs_names if verb == "filter_cells" else kept.var_names
        out["filter"].append({"verb": verb, "options": options, "kept": list(names)})

    out["normalize"] = []
    for options in [{"target_sum": 1e4}, {}, {"exclude_highly_expressed": True, "max_fraction": 0.08}]:
        normal = raw.copy()
        sc.pp.normalize_total(normal, **options)
        out["normalize"].append({"options": options, "totals": plain(normal.X.sum(axis=1)), "row": plain(normal.X[3])})

    log = raw.copy()
    sc.pp.normalize_total(log, target_sum=1e4)
    sc.pp.log1p(log)
    out["log1p"] = plain(log.X[:12])

    out["hvg"] = []
    for options in [{"n_top_genes": 20}, {}, {"n_bins": 5, "n_top_genes": 15}, {"min_disp": 0.2, "max_mean": 5}]:
        found = log.copy()
        sc.pp.highly_variable_genes(found, flavor="seurat", **options)
        out["hvg"].append({"options": options, "var": columns(found.var)})

    out["scale"] = []
    for options in [{}, {"max_value": 1.5}, {"zero_center": False}, {"zero_center": False, "max_value": 2}]:
        scaled = log.copy()
        sc.pp.scale(scaled, **options)
        out["scale"].append({"options": options, "var": columns(scaled.var), "rows": plain(scaled.X[:6])})

    out["pca"] = []
    for hvg in [False, True]:
        reduced = log.copy()
        if hvg:
            sc.pp.highly_variable_genes(reduced, flavor="seurat", n_top_genes=30)
        sc.pp.pca(reduced, n_comps=6, svd_solver="full", dtype="float64")
        out["pca"].append(
            {
                "hvg": hvg,
                "variance": plain(reduced.uns["pca"]["variance"]),
                "variance_ratio": plain(reduced.uns["pca"]["variance_ratio"]),
                "scores": plain(reduced.obsm["X_pca"].T),
                "components": plain(reduced.varm["PCs"].T),
            }
        )
    return out, reduced


def neighbors(reduced):
    """Of points rounded as they are written, so that both sides start from the same numbers."""
    points = np.array(plain(reduced.obsm["X_pca"]))
    # scanpy's exact search leaves zero distances out: no two points may coincide.
    assert len(np.unique(points, axis=0)) == len(points)
    out = {"scanpy": sc.__version__, "points": plain(points), "cases": []}
    for method in ["umap", "gauss"]:
        for k in [5, 15]:
            adata = ad.AnnData(np.zeros((len(points), 1)), obsm={"X_pca": points})
            sc.pp.neighbors(adata, n_neighbors=k, use_rep="X_pca", method=method, transformer="sklearn")
            case = {"method": method, "n_neighbors": k}
            for key in ["distances", "connectivities"]:
                matrix = adata.obsp[key].tocsr().sorted_indices()
                matrix.eliminate_zeros()
                case[key] = {name: plain(getattr(matrix, name)) for name in ["data", "indices", "indptr"]}
            if method == "gauss":
                del case["distances"]
            out["cases"].append(case)
    return out


def write(name, value):
    path = Path(__file__).parent.parent / name
    path.write_text(json.dumps(value, separators=(",", ":")) + "\n")


results, reduced = preprocessing()
write("preprocessing.json", results)
write("neighbors.json", neighbors(reduced))
