"""Writes tests/reference/cases/layers: values and gradients by PyTorch in float64, in the form of the shared fixtures.

python -m pip install torch==2.13.0
python tests/reference/scripts/layers.py
"""

import json
import shutil
from pathlib import Path

import torch
from torch import nn
from torch.nn import functional as F

torch.set_default_dtype(torch.float64)
torch.manual_seed(1)
folder = Path(__file__).parent.parent / "cases" / "layers"
shutil.rmtree(folder, ignore_errors=True)


def plain(tensor):
    return [float(f"{value:.12g}") for value in tensor.detach().flatten()]


def array(tensor):
    return {"value": plain(tensor), "shape": list(tensor.shape)}


def close(tensor, rtol=1e-9):
    return array(tensor) | {"check": "allclose", "rtol": rtol, "atol": 1e-11}


def write(case, function, inputs, expected, **parameters):
    path = folder / case
    path.mkdir(parents=True)
    content = {
        "schema": 1,
        "area": "layers",
        "case": case,
        "reference": {"function": function, "versions": {"torch": torch.__version__}},
        "parameters": parameters,
        "inputs": {name: array(tensor) for name, tensor in inputs.items()},
        "expected": {name: close(tensor) for name, tensor in expected.items()},
    }
    (path / "case.json").write_text(json.dumps(content, separators=(",", ":")) + "\n")


def block(case, module, inputs, apply, also=dict, **parameters):
    """Forward pass, gradients of sum(y * upstream) with respect to inputs and parameters, and what else is expected then."""
    for tensor in inputs.values():
        tensor.requires_grad_()
    if module:
        module.zero_grad()
    y, *more = apply(*inputs.values())
    upstream = torch.linspace(-1, 1, y.numel()).reshape(y.shape).cos()
    (y * upstream).sum().backward()
    weights = dict(module.named_parameters()) if module else {}
    gradients = {f"grad.{name}": tensor.grad for name, tensor in (inputs | weights).items()}
    given = inputs | {f"param.{name}": tensor for name, tensor in weights.items()} | {"upstream_grad": upstream}
    extra = {"attention_weights": more[0]} if more else {}
    write(case, "torch.nn", given, {"y": y} | gradients | extra | also(), **parameters)


def randomised(module):
    for parameter in module.parameters():
        nn.init.normal_(parameter, 0.3, 0.5)
    return module


def encoder(case, tokens, activation, norm_first):
    layer = randomised(nn.TransformerEncoderLayer(8, 2, 12, 0.0, activation, batch_first=True, norm_first=norm_first))
    parameters = {"nhead": 2, "activation": activation, "norm_first": norm_first}
    block(case, layer, {"x": torch.randn(2, tokens, 8)}, lambda x: [layer(x)], **parameters)


def optimizer(case, make, **parameters):
    parameter = nn.Parameter(torch.randn(2, 3))
    start, grads, steps = parameter.detach().clone(), torch.randn(5, 2, 3), []
    rule = make([parameter])
    for grad in grads:
        parameter.grad = grad.clone()
        rule.step()
        steps.append(parameter.detach().clone())
    write(case, f"torch.optim.{type(rule).__name__}", {"param0": start, "grads": grads}, {"params": torch.stack(steps)}, **parameters)


linear, norm = nn.Linear(5, 3), randomised(nn.LayerNorm(6))
block("linear", linear, {"x": torch.randn(4, 5)}, lambda x: [linear(x)])
block("linear_of_tokens", linear, {"x": torch.randn(2, 3, 5)}, lambda x: [linear(x)])
block("layernorm", norm, {"x": torch.randn(3, 6)}, lambda x: [norm(x)], eps=1e-5)
attention = randomised(nn.MultiheadAttention(8, 2, batch_first=True))
block(
    "mha_self",
    attention,
    {"x": torch.randn(2, 3, 8)},
    lambda x: attention(x, x, x, average_attn_weights=False),
    num_heads=2,
)
attention = randomised(nn.MultiheadAttention(8, 2, batch_first=True))
block(
    "mha_cross",
    attention,
    {"x": torch.randn(2, 3, 8), "context": torch.randn(2, 4, 8)},
    lambda x, context: attention(x, context, context, average_attn_weights=False),
    num_heads=2,
)
encoder("encoder_postnorm", 3, "relu", False)
encoder("encoder_prenorm", 1, "gelu", True)
for name, activate in {"gelu_erf": F.gelu, "silu": F.silu, "softplus": F.softplus, "elu": F.elu}.items():
    block(f"act_{name}", None, {"x": torch.tensor([[-90.0, -3, -0.1], [0.1, 3, 90]])}, lambda x: [activate(x)])

norm = randomised(nn.BatchNorm1d(4, eps=1e-3))
x = torch.randn(7, 4)
block(
    "batchnorm1d",
    norm,
    {"x": x},
    lambda x: [norm(x)],
    lambda: {"running_mean": norm.running_mean, "running_var": norm.running_var, "y_eval": norm.eval()(x)},
    eps=1e-3,
    momentum=0.1,
)

a, b = torch.randn(4, 5, requires_grad=True), torch.randn(4, 5)
targets, classes = (torch.randn(4, 5) > 0).double(), [0, 4, 2, 2]
losses = {
    "mse": F.mse_loss(a, b),
    "mae": F.l1_loss(a, b),
    "huber": F.huber_loss(a, b, delta=0.7),
    "smooth_l1": F.smooth_l1_loss(a, b, beta=0.5),
    "bce_with_logits": F.binary_cross_entropy_with_logits(a, targets),
    "cross_entropy": F.cross_entropy(a, torch.tensor(classes)),
    "cosine_embedding_1_minus_mean_cos": 1 - F.cosine_similarity(a, b).mean(),
    "masked_mse": (a - b)[targets == 1].square().mean(),
}
gradients = {f"grad_a.{name}": torch.autograd.grad(loss, a, retain_graph=True)[0] for name, loss in losses.items()}
settings = {"huber_delta": 0.7, "smooth_l1_beta": 0.5, "classes": classes}
write("losses", "torch.nn.functional", {"a": a, "b": b, "targets01": targets}, losses | gradients, **settings)

x = torch.tensor([[0.0, 1, 7], [300, 0, 12]])
mu = torch.tensor([[0.2, 3, 5], [280, 1e-3, 40]], requires_grad=True)
theta = torch.tensor([0.5, 20, 5000], requires_grad=True)
logits = torch.tensor([[-3.0, 0, 2], [1, -1, 20]], requires_grad=True)
eps = 1e-8
log = lambda tensor: torch.log(tensor + eps)
nb = (
    theta * (log(theta) - log(theta + mu))
    + x * (log(mu) - log(theta + mu))
    + torch.lgamma(x + theta)
    - torch.lgamma(theta)
    - torch.lgamma(x + 1)
)
zero = F.softplus(-logits + theta * (log(theta) - log(theta + mu)))
zinb = torch.where(x < eps, zero, -logits + nb) - F.softplus(-logits)
poisson = x * log(mu) - mu - torch.lgamma(x + 1)
for case, likelihood, names in [
    ("nll_poisson", poisson, ["mu"]),
    ("nll_nb", nb, ["mu", "theta"]),
    ("nll_zinb", zinb, ["mu", "theta", "pi_logits"]),
]:
    by_name = {"mu": mu, "theta": theta, "pi_logits": logits}
    parameters = {name: by_name[name] for name in names}
    loss = -likelihood.sum(1).mean()
    gradients = torch.autograd.grad(loss, list(parameters.values()), retain_graph=True)
    expected = {"log_likelihood": likelihood, "loss": loss} | {f"grad.{n}": g for n, g in zip(names, gradients)}
    write(case, "torch.lgamma, by the formulas of scvi-tools", {"x": x} | parameters, expected)

adam = {"lr": 0.01, "betas": [0.9, 0.999], "eps": 1e-8, "weight_decay": 0.1}
make = {"lr": 0.01, "weight_decay": 0.1}
optimizer("optim_adamw", lambda p: torch.optim.AdamW(p, **make), **adam, decoupled_weight_decay=True)
optimizer("optim_adam_weight_decay", lambda p: torch.optim.Adam(p, **make), **adam, decoupled_weight_decay=False)
optimizer("optim_adam_amsgrad", lambda p: torch.optim.Adam(p, **make, amsgrad=True), **adam, amsgrad=True)
sgd = {"lr": 0.05, "momentum": 0.9, "weight_decay": 0.01, "nesterov": True}
optimizer("optim_sgd_nesterov", lambda p: torch.optim.SGD(p, **sgd), **sgd)
optimizer("optim_rmsprop", lambda p: torch.optim.RMSprop(p, lr=0.01), lr=0.01, alpha=0.99, eps=1e-8)



def rates(make, steps=30):
    rule = torch.optim.SGD([nn.Parameter(torch.zeros(1))], lr=0.1)
    schedule = make(rule)
    found = []
    for _ in range(steps):
        found.append(rule.param_groups[0]["lr"])
        rule.step()
        schedule.step()
    return torch.tensor(found)


rule = torch.optim.lr_scheduler
warm = lambda step: (step + 1) / 5 if step < 5 else 0.5 * (1 + torch.cos(torch.tensor(torch.pi * (step - 5) / 25)))
schedules = {
    "cosine": rates(lambda o: rule.CosineAnnealingLR(o, 20, 0.001)),
    "cosine_restarts": rates(lambda o: rule.CosineAnnealingWarmRestarts(o, 8, 2)),
    "linear": rates(lambda o: rule.LinearLR(o, 0.1, 1.0, 10)),
    "step": rates(lambda o: rule.StepLR(o, 7, 0.5)),
    "exponential": rates(lambda o: rule.ExponentialLR(o, 0.9)),
    "warmup_cosine": rates(lambda o: rule.LambdaLR(o, lambda step: float(warm(step)))),
    "onecycle": rates(lambda o: rule.OneCycleLR(o, 0.1, 31))[:30],
}
settings = {
    "cosine": {"T_max": 20, "eta_min": 0.001},
    "cosine_restarts": {"T_0": 8, "T_mult": 2},
    "linear": {"start_factor": 0.1, "end_factor": 1.0, "total_iters": 10},
    "step": {"step_size": 7, "gamma": 0.5},
    "exponential": {"gamma": 0.9},
    "warmup_cosine": {"warmup": 5, "total": 30},
    "onecycle": {"max_lr": 0.1, "total_steps": 31},
}
write("lr_schedules", "torch.optim.lr_scheduler", {}, schedules, **settings)

grads = {f"grad{i}": torch.randn(shape) for i, shape in enumerate([(2, 3), (4,), (2, 2)])}
parameters = [nn.Parameter(torch.zeros_like(grad)) for grad in grads.values()]
for parameter, grad in zip(parameters, grads.values()):
    parameter.grad = grad.clone()
total = nn.utils.clip_grad_norm_(parameters, 1.0)
clipped = {f"clipped{i}": parameter.grad for i, parameter in enumerate(parameters)}
write("clip_grad_norm", "torch.nn.utils.clip_grad_norm_", grads, clipped | {"total_norm": total}, max_norm=1.0)
