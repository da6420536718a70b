"""Writes tests/reference/cases/magic: values of magic-impute in the form of the shared fixtures.

python -m pip install magic-impute==3.0.0 numpy==1.26.4 scipy==1.13.1
python tests/reference/scripts/magic_cases.py
"""

import json
import shutil
import warnings
from pathlib import Path

import graphtools
import magic
import numpy as np
import scipy
from scipy import spatial

warnings.filterwarnings("ignore")
folder = Path(__file__).parent.parent / "cases" / "magic"
shutil.rmtree(folder, ignore_errors=True)
VERSIONS = {m.__name__: m.__version__ for m in (magic, graphtools, np, scipy)}

rng = np.random.default_rng(7)
means = rng.gamma(1.0, 2.0, size=(3, 15))
counts = rng.poisson(means[np.arange(36) % 3])
X = np.round(np.log1p(counts * (60 / counts.sum(1, keepdims=True))), 4)
X32 = X.astype(np.float32).astype(float)


def close(value, rtol, atol):
    return {"value": np.asarray(value).ravel().tolist(), "check": "allclose", "rtol": rtol, "atol": atol}


for name, options in {
    "t3": {"knn": 4, "decay": 1, "t": 3},
    "t5_knn3_decay2": {"knn": 3, "decay": 2, "t": 5},
    "t2_unweighted": {"knn": 4, "decay": None, "t": 2},
    "tauto": {"knn": 4, "decay": 1, "t": "auto"},
}.items():
    operator = magic.MAGIC(n_pca=None, random_state=0, verbose=0, **options)
    imputed = operator.fit_transform(X32, genes="all_genes")
    kernel = operator.graph.K.tocsr().sorted_indices().tocoo()
    expected = {
        "kernel_row": {"value": kernel.row.tolist(), "check": "exact"},
        "kernel_col": {"value": kernel.col.tolist(), "check": "exact"},
        "kernel_val": close(kernel.data, 1e-6, 1e-8),
        "imputed": close(imputed, 1e-7, 1e-7),
    }
    if options["t"] == "auto":
        disparity, before, t = [], X32, None
        P = operator.graph.diff_op
        while not disparity or disparity[-1] >= 0.001:
            after = np.asarray(P @ before)
            disparity.append(spatial.procrustes(before, after)[2])
            before = after
        expected["disparity"] = close(disparity, 1e-5, 1e-9)
        expected["t_selected"] = {"value": len(disparity) + 1, "check": "exact"}
        np.testing.assert_allclose(imputed, np.asarray(P @ before))
    parameters = options | {"knn_max": 3 * options["knn"], "thresh": 1e-4}
    content = {
        "schema": 1,
        "area": "magic",
        "case": name,
        "reference": {"function": "magic.MAGIC", "versions": VERSIONS},
        "parameters": parameters,
        "inputs": {"X": {"value": X32.ravel().tolist(), "shape": list(X.shape)}, "rows": {"value": list(range(len(X)))}},
        "expected": expected,
    }
    (folder / name).mkdir(parents=True)
    (folder / name / "case.json").write_text(json.dumps(content, separators=(",", ":")) + "\n")
