"""PyTorch takes steps of the paper's network, with one token or many, from given weights on a given batch."""

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
genes, width, tokens = int(config["genes"]), int(config["width"]), int(config["tokens"])
device = "cuda" if config["gpu"] else "cpu"
# As TensorFlow multiplies on a GPU unless it is told otherwise.
torch.backends.cuda.matmul.allow_tf32 = True


class OneToken(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.embed = nn.Linear(genes, width)
        self.output = nn.Linear(width, genes)

    def tokens(self, z: torch.Tensor) -> torch.Tensor:
        return self.embed(z).unsqueeze(1)

    def read(self, h: torch.Tensor) -> torch.Tensor:
        return self.output(h.squeeze(1))


class Groups(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.size = math.ceil(genes / tokens)
        self.embed = nn.Parameter(torch.empty(tokens, self.size, width))
        self.position = nn.Parameter(torch.empty(tokens, width))
        self.output = nn.ParameterDict({"weight": torch.empty(tokens, width, self.size), "bias": torch.empty(genes)})

    def tokens(self, z: torch.Tensor) -> torch.Tensor:
        grouped = nn.functional.pad(z, (0, tokens * self.size - genes)).view(-1, tokens, self.size)
        return torch.einsum("btp,tpd->btd", grouped, self.embed) + self.position

    def read(self, h: torch.Tensor) -> torch.Tensor:
        values = torch.einsum("btd,tdq->btq", h, self.output["weight"]).reshape(len(h), -1)
        return values[:, :genes] + self.output["bias"]


class Network(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.border = OneToken() if tokens == 1 else Groups()
        self.encoder = nn.ModuleList(
            nn.TransformerEncoderLayer(
                width, int(config["heads"]), int(config["feedForward"]), dropout=0.0, batch_first=True
            )
            for _ in range(int(config["layers"]))
        )

    def forward(self, z: torch.Tensor) -> torch.Tensor:
        h = self.border.tokens(z)
        for layer in self.encoder:
            h = layer(h)
        return self.border.read(h)


def name_here(name: str) -> str:
    name = name.removeprefix("model.")
    if name == "output":
        return "border.output.weight"
    return name if name.startswith("encoder.") else f"border.{name}"


network = Network().to(device)
network.load_state_dict({name_here(name): value for name, value in tensors.items() if name.startswith("model.")})
x, y = tensors["x"].to(device), tensors["y"].to(device)
optimizer = torch.optim.Adam(network.parameters(), lr=config["learningRate"])


def train() -> dict:
    optimizer.zero_grad(set_to_none=True)
    loss = nn.functional.mse_loss(network(y), x)
    loss.backward()
    optimizer.step()
    return {"loss": loss.item()}


@torch.inference_mode()
def repair() -> dict:
    return {"loss": nn.functional.mse_loss(network(y), x).item()}


serve(repair if config["repairs"] else train)
