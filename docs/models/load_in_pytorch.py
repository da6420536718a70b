"""Loads a network that `model.save(folder)` wrote, in PyTorch: the paper's Transformer, or a denoising autoencoder.

    from load_in_pytorch import load
    model = load("folder")
    repaired = model(values)  # log1p of counts per ten thousand, cells x model.genes, in and out

or, with cells as a JSON list of rows on standard input: python load_in_pytorch.py folder < cells.json

It needs torch and safetensors.
"""

import json
import sys
from pathlib import Path

import torch
from safetensors.torch import load_file
from torch import nn


class Transformer(nn.Module):
    """A sequence of one token through PyTorch's own encoder layers."""

    def __init__(self, genes, width, layers, heads, feedForward, skip=False, **other):
        super().__init__()
        if other.get("tokens", 1) != 1 or other.get("conditioned") or other.get("attention", "softmax") != "softmax":
            raise ValueError(f"only the paper's Transformer is built here: one token, not told the severity, not {other}")
        self.skip = skip
        self.embed = nn.Linear(genes, width)
        self.encoder = nn.ModuleList(
            nn.TransformerEncoderLayer(width, heads, feedForward, dropout=0, batch_first=True) for _ in range(layers)
        )
        self.output = nn.Linear(width, genes)

    def forward(self, z):
        h = self.embed(z).unsqueeze(1)
        for layer in self.encoder:
            h = layer(h)
        x = self.output(h.squeeze(1))
        return z + x if self.skip else x


class Autoencoder(nn.Module):
    def __init__(self, genes, hidden, bottleneck):
        super().__init__()
        self.encode1, self.encode2 = nn.Linear(genes, hidden), nn.Linear(hidden, bottleneck)
        self.decode1, self.decode2 = nn.Linear(bottleneck, hidden), nn.Linear(hidden, genes)

    def forward(self, z):
        code = torch.relu(self.encode2(torch.relu(self.encode1(z))))
        return self.decode2(torch.relu(self.decode1(code)))


class Repair(nn.Module):
    """A network between z-scores: log1p values in, log1p values out."""

    def __init__(self, network, genes, mean, sd):
        super().__init__()
        self.network, self.genes = network, genes
        self.register_buffer("mean", mean)
        self.register_buffer("sd", sd)

    def forward(self, values):
        return self.network((values - self.mean) / self.sd) * self.sd + self.mean


KINDS = {"transformer": Transformer, "dae": Autoencoder}


def load(folder):
    """The network in a folder, ready to repair."""
    saved = json.loads((Path(folder) / "model.json").read_text(encoding="utf-8"))
    if saved.get("format") != "diffrepairer-model" or saved.get("version") != 1:
        raise ValueError(f"{folder} holds no model in version 1 of the format")
    if saved["kind"] not in KINDS:
        raise ValueError(f"a {saved['kind']} is not built here; its ONNX file runs anywhere")
    tensors = load_file(Path(folder) / "model.safetensors")
    mean, sd = tensors.pop("scaling.mean"), tensors.pop("scaling.sd")
    network = KINDS[saved["kind"]](len(saved["genes"]), **saved["config"])
    network.load_state_dict(tensors)
    return Repair(network, saved["genes"], mean, sd).eval()


if __name__ == "__main__":
    with torch.inference_mode():
        json.dump(load(sys.argv[1])(torch.tensor(json.load(sys.stdin), dtype=torch.float32)).tolist(), sys.stdout)
