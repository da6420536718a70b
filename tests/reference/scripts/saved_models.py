"""Runs saved networks in PyTorch and in onnxruntime, on the cells beside them.

    python saved_models.py FOLDER > ../saved-models.json

FOLDER holds cells.json ({"y": rows, "severity": rows, "clean": rows}) and a folder a network, each with what model.save wrote, and model.onnx.
Made with Python 3.12, torch 2.13.0, safetensors 0.8.0, onnxruntime 1.32.0 on a CPU.
"""

import json
import sys
from pathlib import Path

import numpy as np
import onnxruntime
import torch

sys.path.insert(0, str(Path(__file__).parents[3] / "docs" / "models"))
from load_in_pytorch import load  # noqa: E402

root = Path(sys.argv[1])
cells = {name: np.array(rows, np.float32) for name, rows in json.loads((root / "cells.json").read_text()).items()}
numbers = lambda values: [float(f"{value:.9g}") for value in np.asarray(values).ravel()]  # noqa: E731

results = {}
for folder in sorted(path for path in root.iterdir() if path.is_dir()):
    session = onnxruntime.InferenceSession(str(folder / "model.onnx"))
    # Among degraded cells the least value is noise, which stands for no molecule as the posterior of counts has it.
    given = {**cells, "y": cells["clean"]} if "counts" in folder.name else cells
    wanted = {value.name: given[value.name] for value in session.get_inputs()}
    outputs = zip((value.name for value in session.get_outputs()), session.run(None, wanted))
    results[folder.name] = {"onnx": {name: numbers(values) for name, values in outputs}}
    # A batch of another size must give the same cells.
    one = session.run(["mean"], {name: values[:1] for name, values in wanted.items()})[0]
    results[folder.name]["onnxOfOneCell"] = numbers(one)
    if "pytorch" in folder.name:
        with torch.inference_mode():
            results[folder.name]["pytorch"] = numbers(load(folder)(torch.from_numpy(cells["y"])).numpy())
json.dump(results, sys.stdout)
