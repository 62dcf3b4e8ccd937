"""Times training steps of Python's PyTorch for PythonSteps. Reads lines "model steps", or "private-model steps" for a step that
materialises, clips and sums the gradients of the rows, and answers with the median milliseconds of a step, the first fifth
left out. Argument: the number of threads.
"""

import sys
import time

import torch
from torch import nn


class Block(nn.Module):
    def __init__(self, width, heads, hidden):
        super().__init__()
        self.heads = heads
        self.norm1, self.norm2 = nn.LayerNorm(width), nn.LayerNorm(width)
        self.joined, self.out = nn.Linear(width, 3 * width), nn.Linear(width, width)
        self.feed = nn.Sequential(nn.Linear(width, hidden), nn.GELU(), nn.Linear(hidden, width))

    def forward(self, x):
        b, t, d = x.shape
        q, k, v = self.joined(self.norm1(x)).view(b, t, 3, self.heads, d // self.heads).permute(2, 0, 3, 1, 4)
        y = nn.functional.scaled_dot_product_attention(q, k, v)
        x = x + self.out(y.transpose(1, 2).reshape(b, t, d))
        return x + self.feed(self.norm2(x))


class Mean(nn.Module):
    def forward(self, x):
        return x.mean(1)


class Positions(nn.Module):
    def __init__(self, steps, width):
        super().__init__()
        self.weight = nn.Parameter(torch.randn(steps, width) * 0.02)

    def forward(self, x):
        return x + self.weight


MODELS = {
    "mlp": lambda: (nn.Sequential(nn.Linear(784, 500), nn.ReLU(), nn.Linear(500, 10)), (784,), 256),
    "cnn": lambda: (
        nn.Sequential(nn.Unflatten(1, (1, 28, 28)), nn.Conv2d(1, 16, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
                      nn.Conv2d(16, 32, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(),
                      nn.Linear(32 * 49, 10)), (784,), 64),
    "transformer": lambda: (
        nn.Sequential(nn.Embedding(1000, 256), Positions(128, 256), *[Block(256, 4, 1024) for _ in range(4)],
                      nn.LayerNorm(256), Mean(), nn.Linear(256, 10)), (128,), 8),
}


def plain(model, x, y):
    loss = nn.functional.cross_entropy(model(x), y)
    loss.backward()
    return loss


def private(model, x, y, clip=1.0):
    """Sets the gradients to the mean of the clipped gradients of the rows, without noise."""
    def loss(parameters, row, label):
        scores = torch.func.functional_call(model, parameters, (row[None],))
        return nn.functional.cross_entropy(scores, label[None])

    parameters = {name: p.detach() for name, p in model.named_parameters()}
    rows, losses = torch.func.vmap(torch.func.grad_and_value(loss), in_dims=(None, 0, 0))(parameters, x, y)
    norms = torch.stack([g.flatten(1).norm(dim=1) for g in rows.values()]).norm(dim=0)
    factors = (clip / norms).clamp(max=1)
    for name, p in model.named_parameters():
        p.grad = torch.tensordot(factors, rows[name], 1) / len(x)
    return losses.mean()


def run(name, steps):
    torch.manual_seed(1)
    step_of = private if name.startswith("private-") else plain
    name = name.removeprefix("private-")
    model, shape, batch = MODELS[name]()
    rows = 2048
    x = torch.randint(1000, (rows, *shape)) if name == "transformer" else torch.randn(rows, *shape)
    y = torch.randint(10, (rows,))
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-3)
    times = []
    for step in range(steps):
        begin = time.perf_counter()
        rows_of_step = torch.randint(rows, (batch,))
        optimizer.zero_grad()
        loss = step_of(model, x[rows_of_step], y[rows_of_step])
        optimizer.step()
        loss.item()
        times.append((time.perf_counter() - begin) * 1e3)
    times = sorted(times[steps // 5:])
    return times[len(times) // 2]


torch.set_num_threads(int(sys.argv[1]))
for line in sys.stdin:
    name, steps = line.split()
    print(run(name, int(steps)), flush=True)
