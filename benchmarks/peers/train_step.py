"""PyTorch takes training steps of the paper's network from given weights on a given batch."""

import json
import math
import sys

import numpy as np
import torch
from peer import serve
from torch import nn


def read_safetensors(path: str) -> tuple[dict[str, float], dict[str, torch.Tensor]]:
    with open(path, "rb") as file:
        header = json.loads(file.read(int.from_bytes(file.read(8), "little")))
        content = file.read()
    metadata = {key: float(value) for key, value in header.pop("__metadata__").items()}
    tensors = {}
    for name, entry in header.items():
        start, _ = entry["data_offsets"]
        array = np.frombuffer(content, "<f4", math.prod(entry["shape"]), start)
        tensors[name] = torch.from_numpy(array.reshape(entry["shape"]).copy())
    return metadata, tensors


config, tensors = read_safetensors(sys.argv[1])
genes, width = int(config["genes"]), int(config["width"])


class Network(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.embed = nn.Linear(genes, width)
        self.encoder = nn.ModuleList(
            nn.TransformerEncoderLayer(
                width, int(config["heads"]), int(config["feedForward"]), dropout=0.0, batch_first=True
            )
            for _ in range(int(config["layers"]))
        )
        self.output = nn.Linear(width, genes)

    def forward(self, z: torch.Tensor) -> torch.Tensor:
        h = self.embed(z).unsqueeze(1)
        for layer in self.encoder:
            h = layer(h)
        return self.output(h.squeeze(1))


network = Network()
network.load_state_dict(
    {name.removeprefix("model."): value for name, value in tensors.items() if name.startswith("model.")}
)
optimizer = torch.optim.Adam(network.parameters(), lr=config["learningRate"])


def run() -> dict:
    optimizer.zero_grad(set_to_none=True)
    loss = nn.functional.mse_loss(network(tensors["y"]), tensors["x"])
    loss.backward()
    optimizer.step()
    return {"loss": loss.item()}


serve(run)
