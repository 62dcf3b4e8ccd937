"""Rank 1 of a group of two whose rank 0 is Java: trains a 4-8-3 network with plain gradient descent for MixedGroupTest.

Arguments: the file the ranks meet at, the file with rows, classes and first parameters, the output file, the run's seed, the
rows of a batch, the steps, the learning rate.
"""

import datetime
import sys

import torch
import torch.distributed as dist

MEETING, INPUT, OUTPUT = sys.argv[1:4]
SEED, BATCH, STEPS, RATE = int(sys.argv[4]), int(sys.argv[5]), int(sys.argv[6]), float(sys.argv[7])
GOLDEN, MASK = 0x9E3779B97F4A7C15, (1 << 64) - 1


class SplittableRandom:
    """Java's generator, which the order of rows is drawn from."""

    def __init__(self, seed):
        self.seed = seed & MASK

    def next(self):
        self.seed = (self.seed + GOLDEN) & MASK
        return self.seed

    def next_long(self):
        z = self.next()
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & MASK
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK
        return z ^ (z >> 31)

    def next_int32(self):
        z = self.next()
        z = ((z ^ (z >> 33)) * 0x62A9D9ED799705F5) & MASK
        return (((z ^ (z >> 28)) * 0xCB24D0A5C88C35B3) & MASK) >> 32

    def next_int(self, bound):
        r, m = self.next_int32(), bound - 1
        if bound & m == 0:
            return r & m
        u = r >> 1
        while u + m - u % bound >= 1 << 31:
            u = self.next_int32() >> 1
        return u % bound


def order(rows, epoch):
    random = SplittableRandom(SplittableRandom(SEED ^ (((2 << 32) + epoch) * GOLDEN & MASK)).next_long())
    drawn = [0] * rows
    for i in range(rows):
        j = random.next_int(i + 1)
        drawn[i] = drawn[j]
        drawn[j] = i
    return drawn


lines = [list(map(float, line.split())) for line in open(INPUT)]
flat, table = torch.tensor(lines[0]), torch.tensor(lines[1:])
x, y = table[:, :4], table[:, 4].long()
shapes = [(8, 4), (8,), (3, 8), (3,)]


def parameters():
    parts, offset = [], 0
    for shape in shapes:
        size = torch.Size(shape).numel()
        parts.append(flat[offset:offset + size].view(shape).clone().requires_grad_(True))
        offset += size
    return parts


group = dist.ProcessGroupGloo(dist.FileStore(MEETING, 2), 1, 2, datetime.timedelta(seconds=60))
epoch_steps = (len(x) - 1) // BATCH + 1
for step in range(STEPS):
    rows = order(len(x), step // epoch_steps)[step % epoch_steps * BATCH:][:BATCH]
    own = rows[1::2]
    w1, b1, w2, b2 = parameters()
    loss = torch.nn.functional.cross_entropy(
        torch.relu(x[own] @ w1.T + b1) @ w2.T + b2, y[own], reduction="sum")
    gradients = torch.autograd.grad(loss / len(rows), [w1, b1, w2, b2])
    joined = torch.cat([g.flatten() for g in gradients] + [torch.tensor([loss.item(), 0, 0])])
    group.allreduce([joined]).wait()
    flat = flat - RATE * joined[:-3]
open(OUTPUT, "w").write(" ".join(map(repr, flat.tolist())))
