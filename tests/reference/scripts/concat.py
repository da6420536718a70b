"""Writes tests/reference/concat.json: small data and what anndata.concat makes of them.

python -m pip install anndata==0.12.19 pandas==2.3.3 scipy==1.17.1 numpy==2.4.6
python tests/reference/scripts/concat.py
"""

import itertools
import json
import warnings
from importlib.metadata import version
from pathlib import Path

import anndata as ad
import numpy as np
import pandas as pd
from scipy import sparse

warnings.simplefilter("ignore")
STORAGE = {"csr": sparse.csr_matrix, "csc": sparse.csc_matrix, "dense": np.asarray}


def data(seed, genes, storage, extra):
    rng = np.random.default_rng(seed)
    n, m = 3 + seed, len(genes)
    counts = rng.integers(0, 4, (n, m)).astype("float32")
    obs = pd.DataFrame(index=[f"c{i}" for i in range(n)])
    obs["n"] = rng.integers(0, 50, n).astype("int32")
    obs["score"] = np.round(rng.normal(size=n), 3)
    obs["flag"] = rng.random(n) < 0.5
    obs["text"] = np.array([f"t{seed}{i}" for i in range(n)], dtype=object)
    labels = [["c10", "c2"], ["c2", "B"], ["B", "c10", "A"]][seed]
    obs["type"] = pd.Categorical.from_codes(rng.integers(-1, len(labels), n), labels)
    obs["stage"] = pd.Categorical.from_codes(rng.integers(0, 2, n), ["lo", "hi"], ordered=True)
    obs["maybe"] = pd.array([None if i == 1 else i for i in range(n)], dtype="Int64")
    if extra:
        obs["only_int"] = np.arange(n, dtype="int32")
        obs["only_flag"] = np.arange(n) % 2 == 0
        obs["only_type"] = pd.Categorical(["z"] * n)
        obs["only_text"] = np.array(["w"] * n, dtype=object)
    var = pd.DataFrame(index=genes)
    var["id"] = np.array([f"ENS{g}" for g in genes], dtype=object)
    var["length"] = np.array([100 * (ord(g) - 96) for g in genes], dtype="int32")
    var["own"] = np.array([seed] * m, dtype="int32")
    if extra:
        var["one"] = np.arange(m, dtype="int32")
    adata = ad.AnnData(STORAGE[storage](counts), obs=obs, var=var)
    adata.layers["twice"] = STORAGE[storage](2 * counts)
    if extra:
        adata.layers["extra"] = STORAGE[storage](counts + 1)
    adata.obsm["X_pca"] = rng.integers(0, 9, (n, 2 + seed % 2)).astype("float32")
    adata.varm["PCs"] = np.arange(2 * m, dtype="float32").reshape(m, 2) if extra else np.ones((m, 2), "float32")
    return adata


def describe(adata):
    return {
        "storage": getattr(adata.X, "format", "dense"),
        "X": plain(adata.X),
        "obs_names": list(adata.obs_names),
        "var_names": list(adata.var_names),
        "obs": {name: column(adata.obs[name]) for name in adata.obs.columns},
        "var": {name: column(adata.var[name]) for name in adata.var.columns},
        "layers": {name: plain(matrix) for name, matrix in adata.layers.items()},
        "obsm": {name: plain(matrix) for name, matrix in adata.obsm.items()},
        "varm": {name: plain(matrix) for name, matrix in adata.varm.items()},
    }


def plain(matrix):
    dense = (matrix.toarray() if sparse.issparse(matrix) else np.asarray(matrix)).astype(float)
    return [[None if np.isnan(v) else v for v in row] for row in dense.tolist()]


def column(series):
    """Kind and values of a column; what is missing is null."""
    values = [None if pd.isna(v) else v.item() if hasattr(v, "item") else v for v in series]
    if isinstance(series.dtype, pd.CategoricalDtype):
        return {"kind": "categorical", "values": values, "categories": list(series.cat.categories), "ordered": series.cat.ordered}
    name = str(series.dtype)
    if name.startswith("bool"):
        return {"kind": "boolean", "values": values}
    if name == "object":
        return {"kind": "string", "values": [v if v is None else str(v) for v in values]}
    return {"kind": "whole" if name.lower().startswith("int") else "numeric", "values": values}


cases = []
for join, storage in itertools.product(["inner", "outer"], [("csr", "csr"), ("dense", "dense"), ("csr", "dense"), ("csc", "csr")]):
    parts = [data(0, list("dab"), storage[0], True), data(1, list("bcd"), storage[1], False)]
    options = {"label": "batch", "keys": ["one", "two"], "index_unique": "-"}
    cases.append({"join": join, **options, "parts": parts})
for join in ["inner", "outer"]:
    for rule in ["same", "unique", "first", "only"]:
        cases.append({"join": join, "merge": rule, "parts": [data(0, list("dab"), "csr", True), data(1, list("bcd"), "csr", False)]})
    cases.append({"join": join, "merge": "same", "parts": [data(seed, list("cab"), "csr", seed == 1) for seed in range(3)]})
    cases.append({"join": join, "fill_value": 7, "parts": [data(0, list("dab"), "dense", False), data(1, list("bcd"), "dense", False)]})

written = []
for case in cases:
    parts = case.pop("parts")
    joined = ad.concat(parts, **case)
    written.append({"options": case, "parts": [describe(part) for part in parts], "expected": describe(joined)})
target = Path(__file__).parent.parent / "concat.json"
target.write_text(json.dumps({"anndata": version("anndata"), "cases": written}, separators=(",", ":")) + "\n")
print(target.stat().st_size)
