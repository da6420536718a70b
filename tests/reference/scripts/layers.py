"""Writes tests/reference/layers.json: values and gradients of the layers by PyTorch in float64.

python -m pip install torch==2.13.0 && python tests/reference/scripts/layers.py
"""

import json
from pathlib import Path

import torch
from torch import nn

torch.set_default_dtype(torch.float64)


def case(name, module, x, **parameters):
    """Forward pass of x, and gradients of sum(y * upstream) with respect to x and all parameters."""
    x = x.requires_grad_()
    module.zero_grad()
    y = module(x)
    upstream = torch.linspace(-1, 1, y.numel()).reshape(y.shape).cos()
    (y * upstream).sum().backward()
    tensor = lambda t: {"shape": list(t.shape), "values": [float(f"{v:.9g}") for v in t.detach().flatten()]}
    return {
        "name": name,
        "parameters": parameters,
        "x": tensor(x),
        "upstream": tensor(upstream),
        "weights": {k: tensor(v) for k, v in module.named_parameters()},
        "y": tensor(y),
        "gradients": {"x": tensor(x.grad), **{k: tensor(v.grad) for k, v in module.named_parameters()}},
    }


class SelfAttention(nn.MultiheadAttention):
    def forward(self, x):
        return super().forward(x, x, x, need_weights=False)[0]


def encoder(activation, norm_first):
    return nn.TransformerEncoderLayer(8, 2, 12, 0.0, activation, batch_first=True, norm_first=norm_first)


def main():
    torch.manual_seed(1)
    linear, norm, attention = nn.Linear(5, 3), nn.LayerNorm(6), SelfAttention(8, 2, batch_first=True)
    post, pre = encoder("relu", False), encoder("gelu", True)
    for module in [norm, attention, post, pre]:
        for parameter in module.parameters():
            nn.init.normal_(parameter, 0.3, 0.5)
    cases = [
        case("linear", linear, torch.randn(4, 5)),
        case("linear of tokens", linear, torch.randn(2, 3, 5)),
        case("layerNorm", norm, torch.randn(3, 6)),
        case("multiHeadAttention", attention, torch.randn(2, 3, 8), heads=2),
        case("encoderLayer", post, torch.randn(2, 3, 8), heads=2, activation="relu", normFirst=False),
        case("encoderLayer", pre, torch.randn(2, 1, 8), heads=2, activation="gelu", normFirst=True),
    ]
    path = Path(__file__).parent.parent / "layers.json"
    path.write_text(json.dumps({"torch": torch.__version__, "cases": cases}) + "\n")


main()
