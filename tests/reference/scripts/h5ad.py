"""Writes tests/reference/h5ad: two small h5ad files (gzip: most of their bytes are HDF5's empty space), and their content as JSON.

current.h5ad is written by anndata itself. legacy.h5ad has the layout of anndata 0.6 (tables as compound datasets, categories in
uns), which no anndata writes any more: it is made with h5py.

python -m pip install anndata==0.12.19 h5py==3.16.0 pandas==2.3.3 scipy==1.17.1 numpy==2.4.6
python tests/reference/scripts/h5ad.py
"""

import gzip
import json
import tempfile
import warnings
from importlib.metadata import version
from pathlib import Path

import anndata as ad
import h5py
import numpy as np
import pandas as pd
from scipy import sparse

folder = Path(__file__).parent.parent / "h5ad"
CELLS = ["AAAC-1", "AAAG-1", "café", "AACT-1"]
GENES = ["CD3D", "MS4A1", "HLA-DRA/B", "β2M", "LYZ"]
X = np.array([[1, 0, 0, 2, 0], [0, 0, 0, 0, 0], [0, 3, 0, 0, 4.5], [0, 0, 5, 0, 1]], dtype=np.float32)


def current():
    obs = pd.DataFrame(
        {
            "cell_type": pd.Categorical(["T", None, "B", "T"]),
            "stage": pd.Categorical(["low", "high", "low", "high"], categories=["low", "high"], ordered=True),
            "batch": pd.Categorical([2, 1, 1, 2]),
            "barcode": ["one", "", "drei", "vier"],
            "total": [3.0, np.nan, 7.5, 6.0],
            "n_genes": np.array([2, 0, 2, 2], dtype=np.int64),
            "doublet": [True, False, False, True],
            "maybe": pd.array([True, None, False, True], dtype="boolean"),
            "rank": pd.array([4, None, 2, 1], dtype="Int64"),
        },
        index=CELLS,
    )
    var = pd.DataFrame({"gene_ids": [f"ENSG{j}" for j in range(5)], "mt": [False] * 4 + [True]}, index=GENES)
    adata = ad.AnnData(
        sparse.csr_matrix(X),
        obs=obs,
        var=var,
        layers={"counts": sparse.csc_matrix(2 * X), "dense": X + 1, "detected": X > 0},
        obsm={"X_pca": np.arange(8, dtype=np.float64).reshape(4, 2) / 3},
        varm={"PCs": np.arange(10, dtype=np.float32).reshape(5, 2)},
        obsp={"connectivities": sparse.csr_matrix(np.eye(4)[::-1].copy())},
        uns={
            "log1p": {"base": None},
            "title": "small",
            "numbers": np.array([1.5, 2.5]),
            "names": np.array(["a", "b"]),
            "flag": True,
            "pca": {"params": {"zero_center": True, "n_comps": 2}, "variance": np.array([2.0, 1.0])},
        },
    )
    adata.raw = ad.AnnData(sparse.csr_matrix(np.hstack([X, X[:, :1]])), var=pd.DataFrame(index=[*GENES, "RAW6"]))
    path = scratch / "current.h5ad"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        adata.write_h5ad(path)
        back = ad.read_h5ad(path)
    return {
        "X": plain(back.X),
        "obs_names": list(back.obs_names),
        "var_names": list(back.var_names),
        "obs": {name: column(back.obs[name]) for name in back.obs.columns},
        "var": {name: column(back.var[name]) for name in back.var.columns},
        "layers": {name: plain(matrix) for name, matrix in back.layers.items()},
        "obsm": {"X_pca": plain(back.obsm["X_pca"])},
        "varm": {"PCs": plain(back.varm["PCs"])},
        "obsp": {"connectivities": plain(back.obsp["connectivities"])},
        "raw": {"X": plain(back.raw.X), "var_names": list(back.raw.var_names)},
        "uns": json.loads(json.dumps(back.uns, default=lambda v: v.item() if np.isscalar(v) else v.tolist())),
    }


def legacy():
    text = h5py.special_dtype(vlen=str)
    obs = np.array(
        [("c0", 0, 1.5, 3), ("c1", 1, 2.5, 4), ("c2", -1, 0.0, 5), ("c3", 0, 7.25, 6)],
        dtype=[("index", text), ("louvain", "i1"), ("percent_mito", "f4"), ("n_counts", "i8")],
    )
    var = np.array([(name, j % 2 == 0) for j, name in enumerate("abcde")], dtype=[("index", text), ("used", "?")])
    embedding = np.zeros(4, dtype=[("X_pca", "f4", (2,)), ("X_tsne", "f4", (2,))])
    embedding["X_pca"] = np.arange(8).reshape(4, 2)
    embedding["X_tsne"] = -np.arange(8).reshape(4, 2)
    matrix = sparse.csr_matrix(X)
    path = scratch / "legacy.h5ad"
    with h5py.File(path, "w") as file:
        file["obs"], file["var"], file["obsm"] = obs, var, embedding
        group = file.create_group("X")
        group.attrs["h5sparse_format"] = "csr"
        group.attrs["h5sparse_shape"] = np.array(X.shape)
        for name in ["data", "indices", "indptr"]:
            group[name] = getattr(matrix, name)
        uns = file.create_group("uns")
        uns.create_dataset("louvain_categories", data=np.array(["B cells", "T cells"], dtype=object), dtype=text)
        uns.create_dataset("louvain_colors", data=np.array(["#111111", "#222222"], dtype=object), dtype=text)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        back = ad.read_h5ad(path)
    assert (back.X.toarray() == X).all()
    return {
        "X": plain(back.X),
        "obs_names": list(back.obs_names),
        "var_names": list(back.var_names),
        "obs": {name: column(back.obs[name]) for name in back.obs.columns},
        "var": {name: column(back.var[name]) for name in back.var.columns},
        "obsm": {name: plain(back.obsm[name]) for name in back.obsm},
        "uns": {"louvain_colors": list(back.uns["louvain_colors"])},
    }


def plain(matrix):
    return (matrix.toarray() if sparse.issparse(matrix) else np.asarray(matrix)).astype(float).tolist()


def column(series):
    """Kind and values of a column; what is missing is null."""
    values = [None if pd.isna(v) else v.item() if hasattr(v, "item") else v for v in series]
    if isinstance(series.dtype, pd.CategoricalDtype):
        categories = [str(c) for c in series.cat.categories]
        values = [None if v is None else str(v) for v in values]
        return {"kind": "categorical", "values": values, "categories": categories, "ordered": series.cat.ordered}
    kinds = {"b": "boolean", "i": "numeric", "f": "numeric", "u": "numeric"}
    return {"kind": kinds.get(series.dtype.kind, "string"), "values": values}


folder.mkdir(exist_ok=True)
with tempfile.TemporaryDirectory() as name:
    scratch = Path(name)
    expected = {"anndata": version("anndata"), "current": current(), "legacy": legacy()}
    for path in scratch.iterdir():
        (folder / f"{path.name}.gz").write_bytes(gzip.compress(path.read_bytes(), mtime=0))
(folder / "expected.json").write_text(json.dumps(expected, indent=1, ensure_ascii=False) + "\n")
