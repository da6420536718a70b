"""Writes tests/reference/repair-scores.json: scores of repaired cells by scikit-learn and scipy.

python -m pip install scikit-learn==1.9.1 scipy==1.17.1 numpy==2.4.6
python tests/reference/scripts/repair_scores.py
"""

import json
from pathlib import Path

import numpy as np
import scipy
import sklearn
from scipy import stats
from sklearn.decomposition import PCA
from sklearn.metrics import silhouette_score

CELLS, GENES, COMPONENTS, TOP = 40, 12, 5, 4
rng = np.random.default_rng(4)
labels = np.array([i % 3 for i in range(36)] + [3] * 4)
means = rng.normal(size=(4, GENES))


def draw(types):
    return np.maximum(0, means[types] + 1 + rng.normal(size=(len(types), GENES))).astype(np.float32)


train = draw(rng.integers(0, 3, size=60))
clean = draw(labels)
repaired = (0.6 * clean + 0.4 * rng.normal(size=clean.shape)).astype(np.float32)
repaired[:, 5] = 1.5
times = rng.integers(0, 3, size=CELLS) * (labels < 3)
scored = labels < 3


def silhouette100(points):
    return 50 * (silhouette_score(points[scored], labels[scored]) + 1)


def silhouette_of_draws(points):
    """Every cell as often as drawn, its copies not compared with it."""
    total = 0.0
    for i in np.flatnonzero(times):
        distance = np.linalg.norm(points - points[i], axis=1)
        to = {}
        for group in range(3):
            weight = times * (labels == group)
            weight[i] = 0
            to[group] = (weight * distance).sum() / weight.sum()
        within = to.pop(labels[i])
        nearest = min(to.values())
        total += times[i] * (nearest - within) / max(nearest, within)
    return 50 * (total / times.sum() + 1)


def welch(values, groups):
    return [
        stats.ttest_ind(values[groups == group], values[(groups != group) & (groups < 3)], equal_var=False)
        for group in range(3)
    ]


def called(values):
    results = welch(values.astype(float), labels)
    return [
        set(np.flatnonzero((stats.false_discovery_control(np.nan_to_num(r.pvalue, nan=1)) < 0.05) & (r.statistic > 0)))
        for r in results
    ]


def plain(values):
    return [None if np.isnan(v) else float(f"{v:.15g}") for v in np.asarray(values, dtype=float).flatten()]


def top_f1(a, b):
    sets = [[set(np.argsort(-np.nan_to_num(r.statistic))[:TOP]) for r in welch(v.astype(float), labels)] for v in (a, b)]
    return 100 * np.mean([len(x & y) / TOP for x, y in zip(*sets)])


own = PCA(COMPONENTS, svd_solver="full").fit(repaired.astype(float))
fixed = PCA(COMPONENTS, svd_solver="full").fit(train.astype(float))
points = own.transform(repaired.astype(float))
repeated = np.repeat(np.arange(CELLS), times)
spearman = [stats.spearmanr(clean[:, j], repaired[:, j]).statistic for j in range(GENES) if j != 5]
drawn = [stats.spearmanr(clean[repeated, j], repaired[repeated, j]).statistic for j in range(GENES) if j != 5]
clean_called, repaired_called = called(clean), called(repaired)
wrong = sum(len(r - c) for r, c in zip(repaired_called, clean_called))

with np.errstate(all="ignore"):
    reference = {
        "versions": {"scikit-learn": sklearn.__version__, "scipy": scipy.__version__, "numpy": np.__version__},
        "shape": [CELLS, GENES],
        "components": COMPONENTS,
        "top": TOP,
        "labels": labels.tolist(),
        "times": times.tolist(),
        "train": plain(train),
        "clean": plain(clean),
        "repaired": plain(repaired),
        "separation": silhouette100(points),
        "separation_fixed": silhouette100(fixed.transform(repaired.astype(float))),
        "separation_drawn": silhouette_of_draws(points),
        "welch": plain([r.statistic for r in welch(repaired.astype(float), labels)]),
        "welch_drawn": plain([r.statistic for r in welch(repaired.astype(float)[repeated], labels[repeated])]),
        "deg": top_f1(clean, repaired),
        "spearman": 100 * sum(spearman) / GENES,
        "spearman_drawn": 100 * sum(drawn) / GENES,
        "false_marker_rate": 100 * wrong / sum(map(len, repaired_called)),
    }
path = Path(__file__).parent.parent / "repair-scores.json"
path.write_text(json.dumps(reference, separators=(",", ":")) + "\n")
