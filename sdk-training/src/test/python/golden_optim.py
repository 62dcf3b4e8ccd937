"""100 steps of each optimiser, 1,000 values of each schedule, and a run with clipping and an average of the numbers."""

import math

import torch
from torch import nn
from torch.optim import lr_scheduler
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

from golden_text import flat, write, write_doubles


CLIP = 0.3


class Lamb:
    """Algorithm 2 of You et al. 2020, arXiv 1904.00962, with the bias corrections of the paper and phi(x) = x; in float64."""

    def __init__(self, arrays, lr, betas=(0.9, 0.999), eps=1e-6, weight_decay=0.01):
        self.arrays, self.lr, self.betas, self.eps, self.decay = arrays, lr, betas, eps, weight_decay
        self.m = [torch.zeros_like(a) for a in arrays]
        self.v = [torch.zeros_like(a) for a in arrays]
        self.t = 0

    def step(self, gradients):
        self.t += 1
        b1, b2 = self.betas
        for a, m, v, g in zip(self.arrays, self.m, self.v, gradients):
            m.copy_(b1 * m + (1 - b1) * g)
            v.copy_(b2 * v + (1 - b2) * g * g)
            r = (m / (1 - b1**self.t)) / ((v / (1 - b2**self.t)).sqrt() + self.eps)
            move = r + self.decay * a
            x, length = a.norm(), move.norm()
            trust = x / length if x > 0 and length > 0 else 1.0
            a.sub_(self.lr * trust * move)


def gradient(step):
    return torch.tensor([math.sin(0.1 * step + i) for i in range(10)], dtype=torch.float32)


def start():
    return torch.tensor([math.cos(i) for i in range(10)], dtype=torch.float32)


def optimizer(out, name, make):
    p = start().requires_grad_(True)
    rule = make([p])
    trace = {}
    for step in range(1, 101):
        p.grad = gradient(step)
        rule.step()
        if step in (1, 2, 10, 100):
            trace[str(step)] = p.clone()
    write(out / f"optimizer-{name}.txt", trace)


def lamb(out, name, **constants):
    p = start().double()
    arrays = [p[:6].clone(), p[6:].clone()]
    rule = Lamb(arrays, **constants)
    trace = {}
    for step in range(1, 101):
        g = gradient(step).double()
        rule.step([g[:6], g[6:]])
        if step in (1, 2, 10, 100):
            trace[str(step)] = torch.cat(arrays)
    write(out / f"optimizer-{name}.txt", trace)


def schedule(make, steps=1000):
    rule = torch.optim.SGD([nn.Parameter(torch.zeros(1))], lr=1.0)
    plan = make(rule)
    values = []
    for _ in range(steps):
        values.append(rule.param_groups[0]["lr"])
        rule.step()
        plan.step()
    return values


def warm_up(rule, steps, then):
    return lr_scheduler.SequentialLR(
        rule, [lr_scheduler.LinearLR(rule, 1 / steps, 1.0, steps - 1), then(rule)], milestones=[steps])


class Longer(lr_scheduler.OneCycleLR):
    """Bears the step after the last."""

    def step(self, epoch=None):
        if self.last_epoch + 1 < self.total_steps:
            super().step(epoch)


def schedules(out):
    write_doubles(out / "schedules.txt", {
        "step": schedule(lambda r: lr_scheduler.StepLR(r, 130, 0.4)),
        "cosine": schedule(lambda r: lr_scheduler.CosineAnnealingLR(r, 1000)),
        "cosine-least": schedule(lambda r: lr_scheduler.CosineAnnealingLR(r, 1000, eta_min=0.05)),
        "warm-up-cosine": schedule(
            lambda r: warm_up(r, 120, lambda s: lr_scheduler.CosineAnnealingLR(s, 880, eta_min=0.01))),
        "warm-up-step": schedule(lambda r: warm_up(r, 7, lambda s: lr_scheduler.StepLR(s, 200, 0.5))),
        "one-cycle": schedule(lambda r: Longer(r, 1.0, total_steps=1000, cycle_momentum=False)),
        "one-cycle-short": schedule(lambda r: Longer(r, 1.0, total_steps=37, cycle_momentum=False), 37),
    })


def run(out):
    """Whole-batch steps of AdamW with clipping by norm and an exponential average."""
    net = nn.Sequential(nn.Linear(4, 6), nn.Tanh(), nn.Linear(6, 2))
    with torch.no_grad():
        offset = 0
        for p in net.parameters():
            numbers = [0.5 * math.sin(offset + i + 0.5) for i in range(p.numel())]
            p.copy_(torch.tensor(numbers, dtype=torch.float32).view(p.shape))
            offset += p.numel()
    x = torch.tensor([[math.sin(1 + i * 4 + k) for k in range(4)] for i in range(16)], dtype=torch.float32)
    y = torch.tensor([[3 * math.cos(i + k) for k in range(2)] for i in range(16)], dtype=torch.float32)
    rule = torch.optim.AdamW(net.parameters(), lr=0.02)
    plan = warm_up(rule, 5, lambda s: lr_scheduler.CosineAnnealingLR(s, 35))
    average = AveragedModel(net, multi_avg_fn=get_ema_multi_avg_fn(0.9))
    norms = []
    for _ in range(40):
        rule.zero_grad()
        nn.functional.mse_loss(net(x), y).backward()
        norms.append(nn.utils.clip_grad_norm_(net.parameters(), CLIP))
        rule.step()
        plan.step()
        average.update_parameters(net)
    assert 5 < sum(n > CLIP for n in norms) < 40
    write(out / "run.txt", {"last": flat(net.parameters()), "average": flat(average.module.parameters())})


def make(out):
    sgd, adam, adamw, adagrad = torch.optim.SGD, torch.optim.Adam, torch.optim.AdamW, torch.optim.Adagrad
    optimizer(out, "sgd", lambda p: sgd(p, lr=0.05))
    optimizer(out, "sgd-decay", lambda p: sgd(p, lr=0.05, weight_decay=0.1))
    optimizer(out, "momentum", lambda p: sgd(p, lr=0.05, momentum=0.9, weight_decay=0.01))
    optimizer(out, "nesterov", lambda p: sgd(p, lr=0.05, momentum=0.9, weight_decay=0.01, nesterov=True))
    optimizer(out, "adam", lambda p: adam(p, lr=0.01))
    optimizer(out, "adam-decay", lambda p: adam(p, lr=0.01, betas=(0.8, 0.99), eps=1e-6, weight_decay=0.1))
    optimizer(out, "adamw", lambda p: adamw(p, lr=0.01))
    optimizer(out, "adamw-decay", lambda p: adamw(p, lr=0.01, betas=(0.8, 0.99), eps=1e-6, weight_decay=0.3))
    optimizer(out, "adagrad", lambda p: adagrad(p, lr=0.1))
    optimizer(out, "adagrad-decay", lambda p: adagrad(
        p, lr=0.1, initial_accumulator_value=0.5, eps=1e-8, weight_decay=0.1))
    lamb(out, "lamb", lr=0.01)
    lamb(out, "lamb-decay", lr=0.02, betas=(0.8, 0.99), eps=1e-5, weight_decay=0.2)
    schedules(out)
    run(out)
