"""Writes the golden traces of sdk-training from PyTorch (written with 2.13.0, CPU). Argument: the output folder.

Each line is a name, a blank, and float32 numbers separated by blanks.
"""

import math
import pathlib
import sys

import torch
from torch import nn

OUT = pathlib.Path(sys.argv[1])
torch.set_num_threads(1)


def write(name, values):
    with open(OUT / name, "w") as out:
        for key, tensor in values.items():
            numbers = tensor.detach().to(torch.float32).flatten().tolist()
            out.write(key + " " + " ".join(repr(n) for n in numbers) + "\n")


def network(outputs):
    return nn.Sequential(
        nn.Linear(5, 7), nn.LayerNorm(7), nn.GELU(), nn.Linear(7, 6), nn.Tanh(), nn.Linear(6, 4), nn.ReLU(),
        nn.Linear(4, outputs))


def batch_loss(kind, output, target, reduction):
    if kind == "CROSS_ENTROPY":
        return nn.functional.cross_entropy(output, target.long().flatten(), reduction=reduction)
    if kind == "MSE":
        return nn.functional.mse_loss(output, target, reduction=reduction)
    return nn.functional.binary_cross_entropy_with_logits(output, target, reduction=reduction)


def layers(kind, seed):
    torch.manual_seed(seed)
    net = network(3)
    with torch.no_grad():
        net[1].weight.uniform_(0.5, 1.5)
        net[1].bias.uniform_(-0.5, 0.5)
    x = torch.randn(8, 5)
    if kind == "CROSS_ENTROPY":
        y = torch.randint(3, (8, 1)).float()
    elif kind == "MSE":
        y = torch.randn(8, 3)
    else:
        y = torch.rand(8, 3)
    output = net(x)
    loss = batch_loss(kind, output, y, "mean")
    gradients = torch.autograd.grad(loss, list(net.parameters()))
    flat = lambda tensors: torch.cat([t.flatten() for t in tensors])
    rows = []
    for i in range(8):
        one = batch_loss(kind, net(x[i:i + 1]), y[i:i + 1], "mean")
        rows.append(flat(torch.autograd.grad(one, list(net.parameters()))).double())
    norms = torch.stack([r.norm() for r in rows])
    clip = norms.median()
    clipped = sum(r * min(1.0, (clip / r.norm()).item()) for r in rows)
    write(f"layers-{kind}.txt", {
        "parameters": flat(net.parameters()), "features": x, "targets": y, "output": output, "loss": loss,
        "gradient": flat(gradients), "norms": norms, "clip": clip, "clipped": clipped})


def optimizer(name, make):
    p = torch.tensor([math.cos(i) for i in range(10)], dtype=torch.float32, requires_grad=True)
    rule = make([p])
    trace = {}
    for step in range(1, 101):
        p.grad = torch.tensor([math.sin(0.1 * step + i) for i in range(10)], dtype=torch.float32)
        rule.step()
        if step in (1, 2, 10, 100):
            trace[str(step)] = p.clone()
    write(f"optimizer-{name}.txt", trace)


for index, kind in enumerate(["CROSS_ENTROPY", "MSE", "BINARY_CROSS_ENTROPY"]):
    layers(kind, 10 + index)
optimizer("sgd", lambda p: torch.optim.SGD(p, lr=0.05))
optimizer("sgd-decay", lambda p: torch.optim.SGD(p, lr=0.05, weight_decay=0.1))
optimizer("momentum", lambda p: torch.optim.SGD(p, lr=0.05, momentum=0.9, weight_decay=0.01))
optimizer("adam", lambda p: torch.optim.Adam(p, lr=0.01))
optimizer("adam-decay", lambda p: torch.optim.Adam(p, lr=0.01, betas=(0.8, 0.99), eps=1e-6, weight_decay=0.1))
