"""Checks with anndata that files survive a reading and writing by the library.

round_trip.py write FOLDER     writes h5ad files of many kinds, named by what they hold
round_trip.py compare A B      reads the files of both folders with anndata; prints what differs, exits 1 if anything does

Matrices are float32 in the library, whole numbers of tables int32 where they fit: values are compared, widths are not. Nullable
texts of which none is missing are plain texts there.

python -m pip install anndata==0.12.19 h5py==3.16.0 pandas==2.3.3 scipy==1.17.1 numpy==2.4.6
"""

import sys
import warnings
from pathlib import Path

import anndata as ad
import numpy as np
import pandas as pd
from scipy import sparse

warnings.simplefilter("ignore")


def table(rng, names):
    n = len(names)
    frame = pd.DataFrame(index=pd.Index(names))
    frame["whole"] = rng.integers(-5, 1000, n)
    frame["wide"] = rng.integers(0, 2**40, n)
    frame["small"] = rng.integers(0, 9, n).astype("uint8")
    frame["float"] = np.where(rng.random(n) < 0.2, np.nan, rng.normal(size=n))
    frame["float32"] = rng.normal(size=n).astype("float32")
    frame["flag"] = rng.random(n) < 0.5
    frame["text"] = np.array([f"é{i} 日" if i % 3 else "" for i in range(n)], dtype=object)
    frame["type"] = pd.Categorical.from_codes(rng.integers(-1, 3, n), ["T", "B cell", "NK/ä"])
    frame["stage"] = pd.Categorical.from_codes(rng.integers(-1, 3, n), ["low", "mid", "high"], ordered=True)
    frame["cluster"] = pd.Categorical.from_codes(rng.integers(0, 4, n), [3, 1, 10, 7])
    frame["many"] = pd.Categorical([f"c{i}" for i in rng.integers(0, 300, n)])
    frame["maybe_int"] = pd.array([None if i % 4 == 1 else i for i in range(n)], dtype="Int64")
    frame["maybe_bool"] = pd.array([None if i % 4 == 1 else i % 2 == 0 for i in range(n)], dtype="boolean")
    frame["maybe_text"] = pd.array([None if i % 4 == 1 else f"t{i}" for i in range(n)], dtype="string")
    return frame


def make(seed, n, m, storage, dtype):
    rng = np.random.default_rng(seed)
    counts = rng.poisson(0.4, (n, m)).astype(dtype)
    matrix = {"csr": sparse.csr_matrix, "csc": sparse.csc_matrix, "dense": np.asarray}[storage](counts)
    adata = ad.AnnData(matrix, obs=table(rng, [f"c{i}" for i in range(n)]), var=table(rng, [f"g{j}" for j in range(m)]))
    adata.layers["log"] = sparse.csr_matrix(np.log1p(counts).astype("float32"))
    adata.layers["by_column"] = sparse.csc_matrix(counts)
    adata.layers["dense"] = np.log1p(counts).astype("float64").astype("float32")
    adata.obsm["X_pca"] = rng.normal(size=(n, 3)).astype("float32")
    adata.varm["PCs"] = rng.normal(size=(m, 3)).astype("float32")
    adata.obsp["distances"] = sparse.random(n, n, 0.2, format="csr", dtype="float32", random_state=seed)
    adata.varp["network"] = sparse.random(m, m, 0.2, format="csr", dtype="float32", random_state=seed)
    adata.uns = {
        "title": "tïtle",
        "depth": 3,
        "half": 0.5,
        "flag": True,
        "flags": np.array([True, False]),
        "names": np.array(["a", "b"], dtype=object),
        "numbers": np.array([1.5, 2.5]),
        "whole": np.array([1, 2, 3]),
        "nested": {"empty": {}, "deep": {"deeper": {"x": 1}}},
        "table": pd.DataFrame({"p": [0.1, 0.2]}, index=["r1", "r2"]),
        "colors": np.array(["#fff", "#000"], dtype=object),
        "rank_genes_groups": {
            "params": {"groupby": "type"},
            "names": np.array([("g1", "g2"), ("g3", "g0")], dtype=[("T", object), ("NK/ä", object)]),
            "scores": np.array([(1.5, 2.5), (0.5, 0.25)], dtype=[("T", "f4"), ("NK/ä", "f4")]),
            "pvals": np.array([(1e-300, 0.5), (0.0, 1.0)], dtype=[("T", "f8"), ("NK/ä", "f8")]),
        },
        "sparse": sparse.csr_matrix(np.eye(3, dtype="float32")),
    }
    adata.raw = adata[:, : max(1, m - 2)].copy()
    return adata


def write(folder):
    folder.mkdir(parents=True, exist_ok=True)
    ad.settings.allow_write_nullable_strings = True
    options = {"plain": {}, "gzip": {"compression": "gzip"}, "lzf": {"compression": "lzf"}}
    seed = 0
    for storage in ["csr", "csc", "dense"]:
        for dtype in ["float32", "float64", "int64", "uint16"]:
            for packing, extra in options.items():
                seed += 1
                make(seed, 37, 23, storage, dtype).write_h5ad(folder / f"{storage}-{dtype}-{packing}.h5ad", **extra)
    make(seed + 1, 1, 1, "csr", "float32").write_h5ad(folder / "one-cell.h5ad")
    make(seed + 2, 2000, 300, "csr", "float32").write_h5ad(folder / "larger.h5ad", compression="gzip")


def compare(left, right):
    problems = []
    names = sorted(path.name for path in left.glob("*.h5ad"))
    for name in names:
        a, b = ad.read_h5ad(left / name), ad.read_h5ad(right / name)
        differ(a, b, name, problems)
    print("\n".join(problems[:50]))
    print(f"{len(names)} files, {len(problems)} differences")
    return 1 if problems or not names else 0


def differ(a, b, place, problems):
    if a.shape != b.shape:
        problems.append(f"{place}: shape {a.shape} and {b.shape}")
        return
    same_matrix(a.X, b.X, f"{place} X", problems)
    same_table(a.obs, b.obs, f"{place} obs", problems)
    same_table(a.var, b.var, f"{place} var", problems)
    for field in ["layers", "obsm", "varm", "obsp", "varp"]:
        ours, theirs = getattr(a, field), getattr(b, field)
        if set(ours) != set(theirs):
            problems.append(f"{place} {field}: {sorted(ours)} and {sorted(theirs)}")
            continue
        for key in ours:
            same_matrix(ours[key], theirs[key], f"{place} {field}/{key}", problems)
    same_value(dict(a.uns), dict(b.uns), f"{place} uns", problems)
    same_matrix(a.raw.X, b.raw.X, f"{place} raw/X", problems)
    same_table(a.raw.var, b.raw.var, f"{place} raw/var", problems)


def same_matrix(a, b, place, problems):
    if sparse.issparse(a) != sparse.issparse(b) or getattr(a, "format", None) != getattr(b, "format", None):
        problems.append(f"{place}: {type(a).__name__} and {type(b).__name__}")
        return
    dense = [np.asarray(x.toarray() if sparse.issparse(x) else x) for x in (a, b)]
    if dense[0].shape != dense[1].shape or not np.array_equal(
        dense[0].astype("float32"), dense[1].astype("float32"), equal_nan=True
    ):
        problems.append(f"{place}: values differ")


def same_table(a, b, place, problems):
    if list(a.index) != list(b.index) or list(a.columns) != list(b.columns):
        problems.append(f"{place}: names or columns differ: {list(a.columns)} and {list(b.columns)}")
        return
    for name in a.columns:
        same_column(a[name], b[name], f"{place}/{name}", problems)


def same_column(a, b, place, problems):
    if isinstance(a.dtype, pd.CategoricalDtype) or isinstance(b.dtype, pd.CategoricalDtype):
        if str(a.dtype) != str(b.dtype) or a.cat.ordered != b.cat.ordered or list(a.cat.categories) != list(b.cat.categories):
            problems.append(f"{place}: {a.dtype!r} and {b.dtype!r}")
        elif list(a.cat.codes) != list(b.cat.codes):
            problems.append(f"{place}: codes differ")
        return
    if str(a.dtype) == "string" and not a.isna().any():
        a = a.astype(object)
    kinds = ["".join(c for c in str(x.dtype) if not c.isdigit()).replace("uint", "int") for x in (a, b)]
    if kinds[0] != kinds[1] and place.rsplit("/", 1)[1] != "wide":
        problems.append(f"{place}: {a.dtype} and {b.dtype}")
    elif list(a.isna()) != list(b.isna()) or not all(x == y for x, y in zip(a.dropna(), b.dropna())):
        problems.append(f"{place}: values differ")


def same_value(a, b, place, problems):
    if isinstance(a, dict):
        if not isinstance(b, dict) or set(a) != set(b):
            problems.append(f"{place}: {sorted(a)} and {b if not isinstance(b, dict) else sorted(b)}")
            return
        for key in a:
            same_value(a[key], b[key], f"{place}/{key}", problems)
    elif isinstance(a, pd.DataFrame):
        same_table(a, b, place, problems)
    elif sparse.issparse(a):
        same_matrix(a, b, place, problems)
    elif isinstance(a, np.ndarray) and a.dtype.names:
        if not isinstance(b, np.ndarray) or a.dtype.names != b.dtype.names:
            problems.append(f"{place}: {a!r} and {b!r}")
        else:
            for name in a.dtype.names:
                same_value(a[name], b[name], f"{place}/{name}", problems)
    elif isinstance(a, np.ndarray):
        if not isinstance(b, np.ndarray) or a.dtype.kind != b.dtype.kind or not np.array_equal(a, b):
            problems.append(f"{place}: {a!r} and {b!r}")
    elif a != b or isinstance(a, (bool, np.bool_)) != isinstance(b, (bool, np.bool_)):
        problems.append(f"{place}: {a!r} and {b!r}")


mode, *folders = sys.argv[1:]
if mode == "write":
    write(Path(folders[0]))
else:
    sys.exit(compare(Path(folders[0]), Path(folders[1])))
