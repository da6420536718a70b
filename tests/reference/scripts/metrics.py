"""Writes tests/reference/metrics.json: metrics and ridge regression by scikit-learn and scipy.

python -m pip install scikit-learn==1.9.1 scipy==1.17.1 numpy==2.4.6
python tests/reference/scripts/metrics.py
"""

import json
from pathlib import Path

import numpy as np
import scipy
import sklearn
from scipy import stats
from sklearn import metrics
from sklearn.linear_model import Ridge

rng = np.random.default_rng(0)


def plain(values):
    values = np.asarray(values)
    return values.tolist() if values.dtype.kind in "biu" else [float(f"{v:.15g}") for v in values.flatten()]


def clusterings():
    labels = rng.integers(0, 4, size=60)
    pairs = {
        "same, renamed": (labels, (labels + 2) % 4),
        "independent": (labels, rng.integers(0, 5, size=60)),
        "one merged": (labels, np.minimum(labels, 2)),
        "some moved": (labels, np.where(rng.random(60) < 0.2, rng.integers(0, 4, size=60), labels)),
        "one cluster and singletons": (np.zeros(12, int), np.arange(12)),
        "worse than chance": (np.array([0, 0, 1, 1]), np.array([0, 1, 0, 1])),
    }
    return [
        {"name": name, "a": plain(a), "b": plain(b), "ari": float(metrics.adjusted_rand_score(a, b))}
        for name, (a, b) in pairs.items()
    ]


def rankings():
    cases = []
    for name, truth, score in [
        ("distinct scores", rng.random(80) < 0.3, rng.normal(size=80)),
        ("tied scores", rng.random(80) < 0.4, rng.integers(0, 6, size=80) / 4),
        ("informative scores", None, None),
        ("all positive", np.ones(5, bool), rng.normal(size=5)),
    ]:
        if truth is None:
            truth = rng.random(80) < 0.25
            score = truth + 0.7 * rng.normal(size=80)
        score = np.array(plain(score), dtype=float)
        precision, recall, thresholds = metrics.precision_recall_curve(truth, score)
        f1 = [float(metrics.f1_score(truth, score >= threshold)) for threshold in thresholds]
        cases.append(
            {
                "name": name,
                "truth": plain(truth.astype(int)),
                "score": plain(score),
                "average_precision": float(metrics.average_precision_score(truth, score)),
                "precision": plain(precision),
                "recall": plain(recall),
                "thresholds": plain(thresholds),
                "f1": f1,
            }
        )
    return cases


def correlations():
    a = rng.normal(size=40)
    pairs = {
        "correlated": (a, a + rng.normal(size=40)),
        "far from zero": (1e6 + a, 1e6 - 0.5 * a + 0.1 * rng.normal(size=40)),
        "two values": (np.array([1.0, 2.0]), np.array([5.0, 3.0])),
    }
    out = []
    for name, (x, y) in pairs.items():
        x, y = np.array(plain(x)), np.array(plain(y))
        pearson, mse = stats.pearsonr(x, y).statistic, metrics.mean_squared_error(x, y)
        out.append({"name": name, "a": plain(x), "b": plain(y), "pearson": float(pearson), "mse": float(mse)})
    return out


def ridge():
    cases = []
    for name, rows, columns in [("more rows than columns", 40, 6), ("fewer rows than columns", 8, 12)]:
        z = np.array(plain(rng.normal(size=(rows, columns)) * np.linspace(0.2, 3, columns) + 1)).reshape(rows, columns)
        x = np.array(plain(z[:, :2] @ rng.normal(size=(2, 3)) + rng.normal(size=(rows, 3)))).reshape(rows, 3)
        for alpha in [0.1, 100]:
            model = Ridge(alpha=alpha, solver="cholesky").fit(z, x)
            case = {"name": f"{name}, lambda {alpha}", "lambda": alpha, "shape": [rows, columns, 3]}
            case |= {"z": plain(z), "x": plain(x)}
            case |= {"coefficients": plain(model.coef_.T), "prediction": plain(model.predict(z))}
            cases.append(case)
    return cases


out = {
    "versions": {"scikit-learn": sklearn.__version__, "scipy": scipy.__version__},
    "clusterings": clusterings(),
    "rankings": rankings(),
    "correlations": correlations(),
    "ridge": ridge(),
}
path = Path(__file__).parent.parent / "metrics.json"
path.write_text(json.dumps(out, separators=(",", ":")) + "\n")
