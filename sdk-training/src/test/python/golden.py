"""Writes the golden traces of sdk-training from PyTorch (written with 2.13.0, CPU). Argument: the output folder.

The traces of single layers, losses, optimisers and schedules come from the files beside this one.
"""

import pathlib
import sys

import torch
from torch import nn

import golden_layers
import golden_losses
import golden_optim
from golden_text import flat, write

OUT = pathlib.Path(sys.argv[1])
torch.set_num_threads(1)


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
    rows = []
    for i in range(8):
        one = batch_loss(kind, net(x[i:i + 1]), y[i:i + 1], "mean")
        rows.append(flat(torch.autograd.grad(one, list(net.parameters()))).double())
    norms = torch.stack([r.norm() for r in rows])
    clip = norms.median()
    clipped = sum(r * min(1.0, (clip / r.norm()).item()) for r in rows)
    write(OUT / f"layers-{kind}.txt", {
        "parameters": flat(net.parameters()), "features": x, "targets": y, "output": output, "loss": loss,
        "gradient": flat(gradients), "norms": norms, "clip": clip, "clipped": clipped})


for index, kind in enumerate(["CROSS_ENTROPY", "MSE", "BINARY_CROSS_ENTROPY"]):
    layers(kind, 10 + index)
golden_layers.make(OUT)
golden_losses.make(OUT)
golden_optim.make(OUT)
