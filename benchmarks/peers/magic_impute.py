"""magic-impute's part of the MAGIC benchmark: from an h5ad file of log values to the imputed matrix, timed step by step.

    python magic_impute.py INPUT OPTIONS SECONDS

OPTIONS are JSON: `t` and `nPca`. The last line printed is JSON: milliseconds by step, what came of it, and memory in MB.
"""

import json
import resource
import sys
import time
import warnings

PROCESS_BEGAN = float(sys.argv[3])
warnings.filterwarnings("ignore")

import anndata  # noqa: E402 (loading it is part of what is measured)
import magic  # noqa: E402
import numpy as np  # noqa: E402

STEPS = {"import": (time.time() - PROCESS_BEGAN) * 1e3}


def step(name, work):
    begin = time.perf_counter()
    value = work()
    STEPS[name] = (time.perf_counter() - begin) * 1e3
    return value


options = json.loads(sys.argv[2])
X = step("read h5ad", lambda: anndata.read_h5ad(sys.argv[1]).X.tocsr())
operator = magic.MAGIC(t=options["t"], n_pca=options["nPca"], random_state=0, verbose=0)
imputed = step("MAGIC", lambda: operator.fit_transform(X, genes="all_genes"))
STEPS["whole process"] = (time.time() - PROCESS_BEGAN) * 1e3
flat = np.asarray(imputed).ravel()
print(
    json.dumps(
        {
            "milliseconds": STEPS,
            "memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
            "result": {"shape": list(imputed.shape), "probes": [float(v) for v in flat[:: max(1, len(flat) // 5000)]]},
        }
    )
)
