"""Writes stats, metrics and rank_genes_groups of tests/reference/cases: values of scipy, statsmodels, scikit-learn and
scanpy in the form of the shared fixtures.

python -m pip install scanpy==1.11.5 scikit-learn scipy statsmodels
python tests/reference/scripts/cases.py
"""

import json
import shutil
import warnings
from pathlib import Path

import anndata
import numpy as np
import pandas as pd
import scanpy
import scipy
import sklearn
import statsmodels
from scipy import stats
from scipy.special import gammaln
from sklearn import metrics
from sklearn.linear_model import LogisticRegression
from statsmodels.stats.multitest import multipletests

warnings.filterwarnings("ignore")
rng = np.random.default_rng(6)
folder = Path(__file__).parent.parent / "cases"
for area in ["metrics", "rank_genes_groups", "stats"]:
    shutil.rmtree(folder / area, ignore_errors=True)
VERSIONS = {m.__name__: m.__version__ for m in (anndata, np, scanpy, scipy, sklearn, statsmodels)}


def plain(value):
    if isinstance(value, dict):
        return {str(key): plain(member) for key, member in value.items()}
    if isinstance(value, (list, tuple, np.ndarray)):
        return [plain(member) for member in value]
    if isinstance(value, (np.bool_, bool)):
        return bool(value)
    if isinstance(value, (np.integer, int)):
        return int(value)
    if isinstance(value, (np.floating, float)):
        value = float(value)
        return value if np.isfinite(value) else {np.inf: "Infinity", -np.inf: "-Infinity"}.get(value, "NaN")
    return value


def matrix(values):
    return {"value": plain(values), "shape": list(np.shape(values))}


def close(value, rtol, atol=0.0, why=None):
    return {"value": plain(value), "check": "allclose", "rtol": rtol, "atol": atol} | ({"why": why} if why else {})


def exact(value):
    return {"value": plain(value), "check": "exact"}


def write(area, case, function, inputs, expected, parameters=None):
    path = folder / area / case
    path.mkdir(parents=True)
    content = {
        "schema": 1,
        "area": area,
        "case": case,
        "reference": {"function": function, "versions": VERSIONS},
        "parameters": parameters or {},
        "inputs": inputs,
        "expected": expected,
    }
    (path / "case.json").write_text(json.dumps(content, separators=(",", ":")) + "\n")


ALTERNATIVES = ["two-sided", "less", "greater"]
SAMPLES = {
    "shifted": (rng.normal(size=14), rng.normal(0.8, 1.5, size=14)),
    "counts": (rng.poisson(3, size=21).astype(float), rng.poisson(4, size=21).astype(float)),
    "far apart": (rng.normal(size=60), rng.normal(40, 1, size=60)),
}
INPUT = {"samples": {"value": plain({name: {"x": x, "y": y} for name, (x, y) in SAMPLES.items()})}}


def each(compute):
    return {name: compute(x, y) for name, (x, y) in SAMPLES.items()}


def tested(test, statistic):
    expected = {}
    for alternative in ALTERNATIVES:
        found = each(lambda x, y: test(x, y, alternative))
        expected[f"p_{alternative}"] = close({k: f.pvalue for k, f in found.items()}, 1e-8, 1e-300)
        if statistic == "statistic":
            expected[f"statistic_{alternative}"] = close({k: f.statistic for k, f in found.items()}, 1e-12)
    if statistic != "statistic":
        expected[statistic] = close({k: f.statistic for k, f in found.items()}, 1e-9, 1e-12)
    return expected


for equal in [True, False]:
    write(
        "stats",
        "ttest_ind_" + ("student" if equal else "welch"),
        "scipy.stats.ttest_ind",
        INPUT,
        tested(lambda x, y, a: stats.ttest_ind(x, y, equal_var=equal, alternative=a), "t"),
        {"equal_var": equal},
    )
write("stats", "ttest_rel", "scipy.stats.ttest_rel", INPUT, tested(lambda x, y, a: stats.ttest_rel(x, y, alternative=a), "t"))
for zero_method in ["wilcox", "pratt", "zsplit"]:
    for correction in [False, True]:
        parameters = {"zero_method": zero_method, "method": "approx", "correction": correction}
        write(
            "stats",
            f"wilcoxon_{zero_method}_{correction}".lower(),
            "scipy.stats.wilcoxon",
            INPUT,
            tested(lambda x, y, a: stats.wilcoxon(x, y, alternative=a, **parameters), "statistic"),
            parameters,
        )
for continuity in [True, False]:
    parameters = {"method": "asymptotic", "use_continuity": continuity}
    expected = tested(lambda x, y, a: stats.mannwhitneyu(x, y, alternative=a, **parameters), "U")
    write("stats", f"mannwhitneyu_{continuity}".lower(), "scipy.stats.mannwhitneyu", INPUT, expected, parameters)

treatments = {
    "five": rng.normal(size=(5, 6)) + np.arange(5)[:, None],
    "ties": rng.integers(0, 3, size=(4, 9)).astype(float),
}
expected = {}
for name, test in {
    "friedmanchisquare": stats.friedmanchisquare,
    "kruskal": stats.kruskal,
    "f_oneway": stats.f_oneway,
    "levene": stats.levene,
    "bartlett": stats.bartlett,
}.items():
    found = {key: test(*values) for key, values in treatments.items()}
    expected[f"{name}_statistic"] = close({key: f.statistic for key, f in found.items()}, 1e-9)
    expected[f"{name}_p"] = close({key: f.pvalue for key, f in found.items()}, 1e-8, 1e-300)
write("stats", "k_samples", "scipy.stats", {"data": {"value": plain(treatments)}}, expected)

correlations = {"pearsonr": stats.pearsonr, "spearmanr": stats.spearmanr, "kendalltau": stats.kendalltau}
expected = {
    f"rank_{method}": exact(each(lambda x, y: stats.rankdata(x, method)))
    for method in ["average", "min", "max", "dense", "ordinal"]
}
for name, test in correlations.items():
    found = each(test)
    expected[f"{name}_r"] = close({k: f.statistic for k, f in found.items()}, 1e-10, 1e-12)
    expected[f"{name}_p"] = close({k: f.pvalue for k, f in found.items()}, 1e-9, 1e-300)
write("stats", "ranks_and_correlation", "scipy.stats", INPUT, expected)

x = rng.integers(0, 6, size=18).astype(float)
indices = rng.integers(0, len(x), size=(300, len(x)))
for statistic, compute in {"mean": np.mean, "median": np.median}.items():
    drawn = stats._resampling.BootstrapResult(None, compute(x[indices], axis=-1), None)

    def interval(method):
        found = stats.bootstrap((x,), compute, n_resamples=0, bootstrap_result=drawn, method=method, vectorized=True)
        return list(found.confidence_interval)

    write(
        "stats",
        f"bootstrap_{statistic}",
        "scipy.stats.bootstrap",
        {"x": {"value": plain(x)}, "indices": matrix(indices)},
        {
            "bootstrap_statistics": close(drawn.bootstrap_distribution, 1e-12),
            "standard_error": close(np.std(drawn.bootstrap_distribution, ddof=1), 1e-10),
            "ci_percentile": close(interval("percentile"), 1e-8),
            "ci_basic": close(interval("basic"), 1e-8),
            "ci_bca": close(interval("BCa"), 1e-8),
        },
        {"statistic": statistic, "confidence_level": 0.95},
    )

p = {"mixed": np.r_[rng.random(30), 10.0 ** rng.uniform(-40, -3, 20)], "ties": rng.integers(1, 6, 25) / 100}
methods = ["bonferroni", "sidak", "holm", "holm-sidak", "simes-hochberg", "hommel", "fdr_bh", "fdr_by"]
expected = {
    method: close({name: multipletests(v, method=method)[1] for name, v in p.items()}, 1e-10, 1e-15) for method in methods
}
write("stats", "p_adjust", "statsmodels.stats.multitest.multipletests", {"p": {"value": plain(p)}}, expected, {"alpha": 0.05})

labels = {
    "noisy": (a := rng.integers(0, 4, 60), np.where(rng.random(60) < 0.3, rng.integers(0, 5, 60), a)),
    "independent": (rng.integers(0, 3, 50), rng.integers(0, 6, 50)),
}
scores = {
    "ari": metrics.adjusted_rand_score,
    "rand": metrics.rand_score,
    "nmi": metrics.normalized_mutual_info_score,
    "ami": metrics.adjusted_mutual_info_score,
    "mutual_info_nats": metrics.mutual_info_score,
    "homogeneity": metrics.homogeneity_score,
    "completeness": metrics.completeness_score,
    "fowlkes_mallows": metrics.fowlkes_mallows_score,
}
expected = {name: close({k: f(a, b) for k, (a, b) in labels.items()}, 1e-9, 1e-12) for name, f in scores.items()}
write(
    "metrics",
    "clusterings",
    "sklearn.metrics",
    {"cases": {"value": plain({k: {"a": a, "b": b} for k, (a, b) in labels.items()})}},
    expected,
)
points = rng.normal(size=(40, 3)) + 2 * (np.arange(40) % 3)[:, None]
groups = ["abc"[i % 3] for i in range(39)] + ["alone"]
for metric in ["euclidean", "cosine"]:
    write(
        "metrics",
        f"silhouette_{metric}",
        "sklearn.metrics.silhouette_samples",
        {"X": matrix(points), "labels": {"value": groups}},
        {
            "silhouette_samples": close(metrics.silhouette_samples(points, groups, metric=metric), 1e-8, 1e-10),
            "silhouette_score": close(metrics.silhouette_score(points, groups, metric=metric), 1e-8),
        },
        {"metric": metric},
    )
truth = (rng.random(90) < 0.3).astype(int)
score = np.round(truth + rng.normal(size=90), 1)
precision, recall, thresholds = metrics.precision_recall_curve(truth, score)
fpr, tpr, _ = metrics.roc_curve(truth, score, drop_intermediate=False)
write(
    "metrics",
    "ranking_ties",
    "sklearn.metrics",
    {"y": {"value": plain(truth)}, "score": {"value": plain(score)}},
    {
        "average_precision": close(metrics.average_precision_score(truth, score), 1e-12),
        "roc_auc": close(metrics.roc_auc_score(truth, score), 1e-12),
        "pr_precision": close(precision, 1e-12),
        "pr_recall": close(recall, 1e-12),
        "pr_thresholds": close(thresholds, 1e-12),
        "roc_fpr": close(fpr, 1e-12),
        "roc_tpr": close(tpr, 1e-12),
        "f1": close(metrics.f1_score(truth, score >= 0.5), 1e-12),
        "mcc": close(metrics.matthews_corrcoef(truth, score >= 0.5), 1e-12),
        "balanced_accuracy": close(metrics.balanced_accuracy_score(truth, score >= 0.5), 1e-12),
    },
    {"threshold": 0.5},
)

# Differential expression: 45 cells of three groups, 12 genes, one all zero, one constant, one negative.
counts = rng.poisson(np.exp(rng.normal(size=(3, 12)))[np.arange(45) % 3]).astype(float)
X = np.log1p(counts)
X[:, 3] = 0
X[:, 4] = 1.5
X[:, 5] = np.round(rng.normal(size=45), 1)
names = [f"g{j}" for j in range(12)]
cell_groups = ["ABC"[i % 3] for i in range(45)]
inputs = {
    "X": matrix(X),
    "rows": {"value": list(range(45))},
    "labels": {"value": cell_groups},
    "groups": {"value": ["A", "B", "C"]},
    "genes": {"value": names},
}
adata = anndata.AnnData(X, obs=pd.DataFrame({"group": pd.Categorical(cell_groups)}), var=pd.DataFrame(index=names))
adata.obs_names = [str(i) for i in range(45)]
for method, reference, tie_correct in [
    ("t-test", "rest", False),
    ("t-test_overestim_var", "rest", False),
    ("wilcoxon", "rest", False),
    ("wilcoxon", "rest", True),
    ("wilcoxon", "B", True),
    ("t-test", "B", False),
]:
    scanpy.tl.rank_genes_groups(adata, "group", method=method, reference=reference, tie_correct=tie_correct)
    rows = [g for g in "ABC" if g != reference]
    frames = [scanpy.get.rank_genes_groups_df(adata, g).set_index("names").loc[names] for g in rows]
    columns = {c: np.array([f[c].to_numpy() for f in frames]) for c in ["scores", "pvals", "pvals_adj", "logfoldchanges"]}
    float32 = "scanpy stores it as float32"
    write(
        "rank_genes_groups",
        f"{method}_{reference}_{tie_correct}".lower(),
        "scanpy.tl.rank_genes_groups",
        inputs,
        {
            "scores": close(columns["scores"], 1e-6, 1e-6, float32),
            "pvals": close(columns["pvals"], 1e-8, 1e-300),
            "pvals_adj": close(columns["pvals_adj"], 1e-8, 1e-300),
            "logfoldchanges": close(columns["logfoldchanges"], 1e-6, 1e-6, float32),
        },
        {"method": method, "reference": reference, "tie_correct": tie_correct},
    )
for C in [1, 0.1]:
    model = LogisticRegression(C=C, tol=1e-10, max_iter=10_000).fit(X, cell_groups)
    write(
        "rank_genes_groups",
        f"logreg_{C}",
        "sklearn.linear_model.LogisticRegression",
        inputs,
        {"coefficients": close(model.coef_, 1e-4, 1e-5), "intercept": close(model.intercept_, 1e-4, 1e-4)},
        {"method": "logreg", "reference": "rest", "C": C},
    )

# Drawn from a stream of their own, so that the values above do not depend on them.
more = np.random.default_rng(7)
shares = [0, 0.025, 0.25, 0.5, 0.9, 1]


def gini(x):
    return np.abs(x[:, None] - x).mean() / (2 * x.mean())


def mean_interval(x):
    return list(stats.t.interval(0.95, len(x) - 1, x.mean(), stats.sem(x)))


description = {
    "mean": np.mean,
    "var0": np.var,
    "var1": lambda x: np.var(x, ddof=1),
    "median": np.median,
    "quantiles": lambda x: np.quantile(x, shares),
    "mad": stats.median_abs_deviation,
    "skew": stats.skew,
    "kurtosis": stats.kurtosis,
    "sem": stats.sem,
    "iqr": stats.iqr,
    "ci95": mean_interval,
    "gini": gini,
}
expected = {name: close(each(lambda x, y: f(x)), 1e-10, 1e-14) for name, f in description.items()}
write("stats", "descriptive", "numpy, scipy.stats", INPUT, expected, {"quantiles": shares})


def pooled(x, y):
    n, m = len(x) - 1, len(y) - 1
    return np.sqrt((n * np.var(x, ddof=1) + m * np.var(y, ddof=1)) / (n + m))


def hedges(x, y):
    df = len(x) + len(y) - 2
    return np.exp(gammaln(df / 2) - gammaln((df - 1) / 2)) / np.sqrt(df / 2) * (x.mean() - y.mean()) / pooled(x, y)


def signed_balance(x, y):
    d = (x - y)[x != y]
    ranks = stats.rankdata(np.abs(d))
    return (ranks * np.sign(d)).sum() / ranks.sum()


effects = {
    "cohen_d": lambda x, y: (x.mean() - y.mean()) / pooled(x, y),
    "hedges_g": hedges,
    "cohen_dz": lambda x, y: (x - y).mean() / np.std(x - y, ddof=1),
    "cohen_dav": lambda x, y: (x - y).mean() / (np.std(x, ddof=1) / 2 + np.std(y, ddof=1) / 2),
    "glass_delta": lambda x, y: (x.mean() - y.mean()) / np.std(y, ddof=1),
    "cliffs_delta": lambda x, y: np.sign(x[:, None] - y).mean(),
    "rank_biserial_paired": signed_balance,
}
expected = {name: close(each(f), 1e-10, 1e-14) for name, f in effects.items()}
write("stats", "effect_sizes", "closed form (numpy)", INPUT, expected)

SAMPLES = {
    "unequal": (more.normal(size=9), more.normal(0.6, 1, size=31)),
    "longer": (more.normal(size=23), more.normal(-0.4, 1, size=11)),
    "ties": (more.poisson(2, size=17).astype(float), more.poisson(3, size=12).astype(float)),
}
INPUT = {"samples": {"value": plain({name: {"x": x, "y": y} for name, (x, y) in SAMPLES.items()})}}
for method in ["exact", "asymp"]:
    expected = {}
    for alternative in ALTERNATIVES:
        found = each(lambda x, y: stats.ks_2samp(x, y, alternative=alternative, method=method))
        expected[f"p_{alternative}"] = close({k: f.pvalue for k, f in found.items()}, 1e-9, 1e-300)
        expected[f"D_{alternative}"] = close({k: f.statistic for k, f in found.items()}, 1e-12)
    write("stats", f"ks_2samp_{method}", "scipy.stats.ks_2samp", INPUT, expected, {"method": method})

x, y = more.normal(size=6), more.normal(0.7, 1, size=6)
expected = {}
for kind in ["independent", "samples"]:
    for alternative in ALTERNATIVES:
        found = stats.permutation_test(
            (x, y), lambda a, b: a.mean() - b.mean(), permutation_type=kind, alternative=alternative, n_resamples=np.inf
        )
        expected[f"p_{kind}_{alternative}"] = close(found.pvalue, 1e-12)
write(
    "stats",
    "permutation_exact",
    "scipy.stats.permutation_test",
    {"x": {"value": plain(x)}, "y": {"value": plain(y)}},
    expected,
)

x, y = more.integers(0, 9, size=7).astype(float), more.integers(0, 9, size=5).astype(float)
orders = np.array([more.permutation(12) for _ in range(199)])
shuffled = np.r_[x, y][orders]
observed = x.mean() - y.mean()
differences = shuffled[:, :7].mean(axis=1) - shuffled[:, 7:].mean(axis=1)


def counted(hits):
    return close((1 + hits.sum()) / (1 + len(orders)), 1e-12)


write(
    "stats",
    "permutation_supplied",
    "closed form (numpy)",
    {"x": {"value": plain(x)}, "y": {"value": plain(y)}, "permutations": matrix(orders)},
    {
        "statistic": close(observed, 1e-12),
        "p_two_sided": counted(np.abs(differences) >= np.abs(observed) - 1e-12),
        "p_greater": counted(differences >= observed - 1e-12),
        "p_less": counted(differences <= observed + 1e-12),
    },
)
