"""Writes traces: each line is a name, a blank, and numbers separated by blanks."""

import torch


def flat(tensors):
    return torch.cat([t.flatten() for t in tensors])


def write(path, values):
    """float32 numbers."""
    with open(path, "w") as out:
        for key, tensor in values.items():
            numbers = tensor.detach().to(torch.float32).flatten().tolist()
            out.write(key + " " + " ".join(repr(n) for n in numbers) + "\n")


def write_doubles(path, values):
    """float64 numbers."""
    with open(path, "w") as out:
        for key, numbers in values.items():
            out.write(key + " " + " ".join(repr(float(n)) for n in numbers) + "\n")

