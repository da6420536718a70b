"""Writes tests/reference/embedding.json: diffusion maps, pseudotimes, UMAP's curve and layouts' quality, and regression by scanpy.

python -m pip install scanpy==1.11.5 anndata==0.12.19 umap-learn==0.5.12 numpy==2.4.6 scipy==1.17.1 scikit-learn==1.9.1
python tests/reference/scripts/embedding.py
"""

import json
import warnings
from pathlib import Path

import anndata as ad
import numpy as np
import scanpy as sc
from sklearn.manifold import trustworthiness
from umap.umap_ import find_ab_params

warnings.filterwarnings("ignore")
CELLS = 120


def plain(values):
    values = np.asarray(values)
    if values.ndim > 1:
        return [plain(row) for row in values]
    return [float(f"{v:.8g}") if np.isfinite(v) else str(v) for v in values]


def branch():
    """A curve that forks, in six dimensions with noise."""
    rng = np.random.default_rng(3)
    t = np.sort(rng.random(CELLS))
    side = np.where(np.arange(CELLS) % 2, 1.0, -1.0)
    points = rng.normal(0, 0.05, size=(CELLS, 6))
    points[:, 0] += 3 * t
    points[:, 1] += np.where(t > 0.5, side * (t - 0.5) * 3, 0)
    return np.array(plain(points))


def graph(points):
    adata = ad.AnnData(np.zeros((len(points), 1)), obsm={"X_pca": points})
    sc.pp.neighbors(adata, n_neighbors=12, use_rep="X_pca", transformer="sklearn")
    return adata


def main():
    points = branch()
    adata = graph(points)
    sc.tl.diffmap(adata, n_comps=6)
    adata.uns["iroot"] = 2
    sc.tl.dpt(adata, n_dcs=6)
    out = {
        "scanpy": sc.__version__,
        "points": plain(points),
        "n_neighbors": 12,
        "evals": plain(adata.uns["diffmap_evals"]),
        "diffmap": plain(adata.obsm["X_diffmap"].T),
        "root": 2,
        "dpt": plain(adata.obs["dpt_pseudotime"]),
        "umap": [],
        "curves": [],
    }
    for seed in range(5):
        sc.tl.umap(adata, random_state=seed)
        out["umap"].append(float(trustworthiness(points, adata.obsm["X_umap"], n_neighbors=12)))
    for spread, min_dist in [(1.0, 0.5), (1.0, 0.1), (1.0, 0.0), (2.0, 0.3)]:
        out["curves"].append([spread, min_dist, *map(float, find_ab_params(spread, min_dist))])
    # Two curves far apart: cells that the root does not reach.
    apart = graph(np.vstack([points[:60], points[60:] + 50]))
    apart.uns["iroot"] = 0
    sc.tl.diffmap(apart, n_comps=5)
    sc.tl.dpt(apart, n_dcs=5)
    out["apart"] = plain(apart.obs["dpt_pseudotime"])
    rng = np.random.default_rng(4)
    counts = rng.poisson(3.0, size=(30, 8)).astype(float)
    counts[:, 7] = 0
    data = ad.AnnData(counts)
    data.obs["depth"] = counts.sum(axis=1)
    data.obs["age"] = np.array(plain(rng.normal(size=30)))
    data.obs["batch"] = [["a", "b", "c"][i % 3] for i in range(30)]
    data.obs["batch"] = data.obs["batch"].astype("category")
    out["regress"] = {"counts": plain(counts), "age": plain(data.obs["age"]), "cases": []}
    for keys in [["depth", "age"], ["age"], ["batch"]]:
        left = data.copy()
        sc.pp.regress_out(left, keys)
        out["regress"]["cases"].append({"keys": keys, "X": plain(left.X)})
    out["groups"] = [int(v) for v in np.digitize(points[:, 0], [0.5, 1.2, 1.8, 2.4])]
    adata.obs["group"] = [f"g{v}" for v in out["groups"]]
    adata.obs["group"] = adata.obs["group"].astype("category")
    sc.tl.paga(adata, groups="group")
    tree = adata.uns["paga"]["connectivities_tree"].toarray()
    out["paga"] = {
        "connectivities": plain(adata.uns["paga"]["connectivities"].toarray()),
        "tree": plain(np.triu(np.maximum(tree, tree.T))),
    }
    out["dendrograms"] = []
    for method in ["complete", "average", "single"]:
        sc.tl.dendrogram(adata, "group", use_rep="X_pca", linkage_method=method)
        found = adata.uns["dendrogram_group"]
        out["dendrograms"].append(
            {
                "method": method,
                "linkage": plain(found["linkage"]),
                "order": list(found["categories_ordered"]),
                "correlation": plain(found["correlation_matrix"]),
            }
        )
    # Logarithms of three batches, shifted and stretched gene by gene.
    effects = rng.normal(0, 0.5, size=(3, 12))
    stretch = rng.uniform(0.5, 2.0, size=(3, 12))
    age = np.array(plain(rng.normal(size=36)))
    logs = 2 + rng.normal(size=12) + 0.4 * age[:, None] + rng.normal(size=(36, 12))
    logs = np.array(plain(logs * stretch[np.arange(36) % 3] + effects[np.arange(36) % 3]), dtype=np.float32)
    logs = np.array(plain(logs))
    batched = ad.AnnData(logs)
    batched.obs["batch"] = [f"b{i % 3}" for i in range(36)]
    batched.obs["batch"] = batched.obs["batch"].astype("category")
    batched.obs["age"] = age
    out["combat"] = {"X": plain(logs), "age": plain(age), "cases": []}
    for covariates in [None, ["age"]]:
        fixed = batched.copy()
        sc.pp.combat(fixed, "batch", covariates=covariates)
        out["combat"]["cases"].append({"covariates": covariates or [], "X": plain(fixed.X)})
    path = Path(__file__).parent.parent / "embedding.json"
    path.write_text(json.dumps(out, separators=(",", ":")) + "\n")


main()
