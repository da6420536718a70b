"""scanpy's part of the single-cell benchmark: an h5ad file to an analysed h5ad file, timed step by step.

    python single_cell.py INPUT OUTPUT

The last line printed is JSON: milliseconds by step, what came of it, and the largest resident memory in MB.
"""

import json
import resource
import sys
import time
import warnings

PROCESS_BEGAN = float(sys.argv[3])
warnings.filterwarnings("ignore")

import scanpy as sc  # noqa: E402 (loading it is part of what is measured)

STEPS = {"import": (time.time() - PROCESS_BEGAN) * 1e3}


def step(name, work):
    begin = time.perf_counter()
    value = work()
    STEPS[name] = (time.perf_counter() - begin) * 1e3
    return value


def prepare(adata):
    sc.pp.calculate_qc_metrics(adata, inplace=True)
    sc.pp.filter_cells(adata, min_genes=200)
    sc.pp.filter_genes(adata, min_cells=3)
    adata.layers["counts"] = adata.X.copy()
    sc.pp.normalize_total(adata, target_sum=1e4)
    sc.pp.log1p(adata)


def ranked(adata, method):
    sc.tl.rank_genes_groups(adata, "group", method=method, key_added=method)


adata = step("read h5ad", lambda: sc.read_h5ad(sys.argv[1]))
step("QC, normalise, log1p", lambda: prepare(adata))
step("HVG seurat", lambda: sc.pp.highly_variable_genes(adata, n_top_genes=2000))
variable = set(adata.var_names[adata.var["highly_variable"]])
step("PCA 50", lambda: sc.pp.pca(adata, n_comps=50))
step("neighbours 15", lambda: sc.pp.neighbors(adata, n_neighbors=15))
step("Leiden", lambda: sc.tl.leiden(adata, flavor="igraph", n_iterations=2, directed=False))
step("UMAP", lambda: sc.tl.umap(adata))
step("t-test", lambda: ranked(adata, "t-test"))
step("Wilcoxon", lambda: ranked(adata, "wilcoxon"))
step("write h5ad", lambda: adata.write_h5ad(sys.argv[2]))
STEPS["whole process"] = (time.time() - PROCESS_BEGAN) * 1e3
memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024

for flavor in ["cell_ranger", "seurat_v3", "pearson_residuals"]:
    layer = None if flavor == "cell_ranger" else "counts"
    choose = sc.experimental.pp.highly_variable_genes if flavor == "pearson_residuals" else sc.pp.highly_variable_genes
    step(f"HVG {flavor}", lambda: choose(adata, flavor=flavor, n_top_genes=2000, layer=layer, inplace=False))

distances = adata.obsp["distances"].data
first = adata.obs["group"].cat.categories[0]
print(
    json.dumps(
        {
            "milliseconds": STEPS,
            "memory": memory,
            "result": {
                "shape": list(adata.shape),
                "total": float(adata.X.sum()),
                "variable": sorted(variable),
                "variances": [float(v) for v in adata.uns["pca"]["variance"][:10]],
                "distance": float(distances[distances > 0].mean()),
                "clusters": int(adata.obs["leiden"].nunique()),
                "markers": {m: [str(g) for g in adata.uns[m]["names"][first][:50]] for m in ["t-test", "wilcoxon"]},
                "scores": {m: [float(s) for s in adata.uns[m]["scores"][first][:50]] for m in ["t-test", "wilcoxon"]},
            },
        }
    )
)
