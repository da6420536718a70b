"""The paper's damage as its formula reads in numpy, cells in blocks so that a laptop's memory suffices."""

import sys

import numpy as np
from peer import serve

cells, genes, intensity, dropout, noise = (float(text) for text in sys.argv[2:7])
shape = (int(cells), int(genes))
X = np.fromfile(sys.argv[1], dtype=np.float32).reshape(shape)
length = np.linspace(0, 1, shape[1], dtype=np.float32)
BLOCK = 1000


def run() -> dict:
    rng = np.random.default_rng(0)
    factor = np.exp(-np.float32(intensity) * length)
    damaged = np.empty_like(X)
    for start in range(0, shape[0], BLOCK):
        y = X[start : start + BLOCK] * factor
        y[rng.random(y.shape, dtype=np.float32) < dropout] = 0
        y += np.float32(noise) * rng.standard_normal(y.shape, dtype=np.float32)
        damaged[start : start + BLOCK] = np.maximum(y, 0)
    return {"mean": float(damaged.mean(dtype=np.float64)), "positive": float((damaged > 0).mean())}


serve(run)
