"""Writes tests/reference/groups.json: gene scores, aggregates and shares by scanpy; intervals, ranges and embeddings by scipy and
scikit-learn.

python -m pip install scanpy==1.11.5 scikit-learn scipy
python tests/reference/scripts/groups.py
"""

import json
import warnings
from pathlib import Path

import anndata
import numpy as np
import pandas as pd
import scanpy
import scipy.sparse
from scipy import stats
from scipy.optimize import brentq
from sklearn.manifold import trustworthiness

warnings.filterwarnings("ignore")
rng = np.random.default_rng(7)


def plain(values):
    return np.asarray(values, dtype=float).tolist()


def data():
    counts = rng.poisson(np.exp(rng.normal(size=30))[None, :] * np.exp(0.3 * rng.normal(size=24))[:, None])
    obs = pd.DataFrame(
        {
            "type": pd.Categorical([["B", "T", "NK"][i % 3] for i in range(24)], categories=["T", "B", "NK"]),
            "sample": pd.Categorical(["s2" if i < 9 else "s1" for i in range(24)]),
        },
        index=[f"cell{i}" for i in range(24)],
    )
    obs.loc["cell23", "type"] = "T"
    return anndata.AnnData(counts.astype(np.float64), obs=obs, var=pd.DataFrame(index=[f"g{j}" for j in range(30)]))


def scores(adata):
    cases = []
    for parameters in [
        {"gene_list": ["g1", "g5", "g20"], "ctrl_size": 1000},
        {"gene_list": ["g1", "g5", "g20", "absent"], "ctrl_size": 1000, "ctrl_as_ref": False, "n_bins": 6},
        {"gene_list": ["g2", "g3"], "ctrl_size": 1000, "n_bins": 4, "gene_pool": [f"g{j}" for j in range(20)]},
    ]:
        scanpy.tl.score_genes(adata, **parameters)
        cases.append({"parameters": parameters, "score": plain(adata.obs["score"])})
    return cases


def aggregates(adata):
    cases = []
    for by in ["type", ["sample", "type"]]:
        found = scanpy.get.aggregate(adata, by=by, func=["sum", "mean", "var", "count_nonzero"])
        layers = {name: plain(layer) for name, layer in found.layers.items()}
        obs = {name: list(found.obs[name]) for name in found.obs.columns}
        cases.append({"by": by, "names": list(found.obs_names), "obs": obs, "layers": layers})
    return cases


def shares(adata):
    scanpy.tl.rank_genes_groups(adata, "type", pts=True, method="wilcoxon")
    result = adata.uns["rank_genes_groups"]
    return {"pts": plain(result["pts"].T), "pts_rest": plain(result["pts_rest"].T), "groups": list(result["pts"].columns)}


def effect_interval(t, df):
    bounds = [brentq(lambda d: stats.nct.cdf(t, df, d) - p, t - 15, t + 15, xtol=1e-13) for p in (0.975, 0.025)]
    return plain(bounds)


def effects():
    cases = []
    for n, m, shift in [(5, 7, 0.5), (20, 20, 2), (60, 40, -0.2)]:
        x, y = rng.normal(shift, 1, n), rng.normal(0, 1.3, m)
        t = stats.ttest_ind(x, y).statistic
        case = {"x": plain(x), "y": plain(y)}
        case["independent"] = plain(np.array(effect_interval(t, n + m - 2)) * np.sqrt(1 / n + 1 / m))
        if n == m:
            t = stats.ttest_rel(x, y).statistic
            case["paired"] = plain(np.array(effect_interval(t, n - 1)) / np.sqrt(n))
        cases.append(case)
    return cases


def ranges():
    # scipy's own value for infinite degrees of freedom, and the difference of Demšar's critical values.
    cases = [{"q": q, "k": k, "p": float(stats.studentized_range.sf(q, k, np.inf))} for k in (2, 3, 5, 10) for q in (0.5, 2, 3.5, 6)]
    critical = {str(k): float(stats.studentized_range.ppf(0.95, k, np.inf) / np.sqrt(2)) for k in (2, 5, 10)}
    return {"cases": cases, "critical": critical}


def embeddings():
    points = rng.normal(size=(50, 4))
    embedding = points[:, :2] + 0.5 * rng.normal(size=(50, 2))
    values = {str(k): float(trustworthiness(points, embedding, n_neighbors=k)) for k in (1, 5, 12)}
    return {"points": plain(points), "embedding": plain(embedding), "trustworthiness": values}


adata = data()
raw = scipy.sparse.csr_matrix(adata.X)
log = adata.copy()
scanpy.pp.log1p(log)
out = {
    "versions": {"scanpy": scanpy.__version__, "anndata": anndata.__version__},
    "counts": raw.toarray().astype(int).tolist(),
    "type": list(adata.obs["type"]),
    "sample": list(adata.obs["sample"]),
    "scores": scores(log),
    "aggregates": aggregates(adata),
    "shares": shares(log),
    "effects": effects(),
    "ranges": ranges(),
    "embeddings": embeddings(),
}
path = Path(__file__).parent.parent / "groups.json"
path.write_text(json.dumps(out, separators=(",", ":")) + "\n")
