"""Exchanges TorchScript files with PyTorch (written with 2.13.0, CPU).

write FOLDER: the modules that TorchScriptModelTest trains, each beside a trace of what PyTorch makes of it. Each line of a
trace is a name, a blank, and float32 numbers separated by blanks.

check FOLDER: what TorchScriptExportTest wrote there, when it is run with -Daidc.python=PATH: for each NAME.pt a NAME.txt with
the rows, the shape of a row, and the trained model's answers, arrays by name beside them.
"""

import pathlib
import sys

import torch
from torch import nn

torch.set_num_threads(1)


class Images(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(nn.Conv2d(1, 4, 3, padding=1), nn.BatchNorm2d(4), nn.ReLU(), nn.MaxPool2d(2))
        self.head = nn.Linear(36, 3)

    def forward(self, x):
        return self.head(self.body(x).flatten(1))


class Tied(nn.Module):
    """Ids in, logits of the next id out; the table is the last layer too, one layer is frozen, one is never used."""

    def __init__(self):
        super().__init__()
        self.table = nn.Embedding(7, 4)
        self.frozen = nn.Linear(4, 4)
        for parameter in self.frozen.parameters():
            parameter.requires_grad_(False)
        self.unused = nn.Linear(2, 1)
        self.last = nn.Linear(4, 7, bias=False)
        self.last.weight = self.table.weight

    def forward(self, x):
        return self.last(torch.tanh(self.frozen(self.table(x).mean(1))))


class Lstm(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = nn.LSTM(4, 6, batch_first=True)
        self.head = nn.Linear(6, 3)

    def forward(self, x):
        y, _ = self.body(x)
        return self.head(y[:, -1])


class Pair(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = nn.Linear(4, 3)

    def forward(self, x):
        return self.layer(x), x


def write(folder, name, module, x, y):
    scripted = torch.jit.script(module.eval())
    scripted.save(str(folder / f"torchscript-{name}.pt"))
    trained = {n: p for n, p in module.named_parameters() if p.requires_grad}
    trace = {"rows": x, "targets": y}
    trace["parameters"] = torch.cat([p.flatten() for p in trained.values()])
    trace["answers"] = module(x)
    module.train()
    loss = nn.functional.cross_entropy(module(x), y, reduction="sum")
    gradients = torch.autograd.grad(loss, list(trained.values()), allow_unused=True)
    gradients = [torch.zeros_like(p) if g is None else g for p, g in zip(trained.values(), gradients)]
    trace["loss"] = loss
    trace["gradient"] = torch.cat([g.flatten() for g in gradients])
    statistics = [b.flatten() for b in module.buffers() if b.dtype == torch.float32]
    trace["statistics"] = torch.cat(statistics) if statistics else torch.zeros(0)
    with open(folder / f"torchscript-{name}.txt", "w") as out:
        for key, tensor in trace.items():
            numbers = tensor.detach().to(torch.float32).flatten().tolist()
            out.write(" ".join([key] + [repr(n) for n in numbers]) + "\n")


def write_all(folder):
    torch.manual_seed(1)
    rows = nn.Sequential(nn.Linear(4, 6), nn.LayerNorm(6), nn.Tanh(), nn.Linear(6, 3))
    write(folder, "rows", rows, torch.randn(8, 4), torch.randint(3, (8,)))
    write(folder, "images", Images(), torch.randn(8, 1, 6, 6), torch.randint(3, (8,)))
    write(folder, "tied", Tied(), torch.randint(7, (8, 5)), torch.randint(7, (8,)))
    write(folder, "lstm", Lstm(), torch.randn(8, 5, 4), torch.randint(3, (8,)))
    torch.jit.script(Pair()).save(str(folder / "torchscript-pair.pt"))


def check(folder):
    files = sorted(folder.glob("*.pt"))
    for file in files:
        module = torch.jit.load(str(file))
        lines = dict(line.split(" ", 1) for line in file.with_suffix(".txt").read_text().splitlines())
        numbers = {key: torch.tensor([float(n) for n in line.split()]) for key, line in lines.items()}
        shape = [int(n) for n in numbers.pop("shape")]
        width = 1
        for extent in shape:
            width *= extent
        rows = numbers.pop("rows").reshape(-1, width)
        answers = numbers.pop("answers").reshape(len(rows), -1)
        assert not module.training, file
        for given in (rows, rows.reshape([-1] + shape)):
            with torch.no_grad():
                torch.testing.assert_close(module(given).flatten(1), answers, rtol=1e-5, atol=1e-5)
        state = module.state_dict()
        for key, values in numbers.items():
            torch.testing.assert_close(state[key].flatten(), values, rtol=0, atol=0)
        trained = {n for n, p in module.named_parameters() if p.requires_grad}
        assert trained == {k for k in numbers if not k.split(".")[-1].startswith("running_")}, file
        module.train()
        module(rows).sum().backward()
        assert all(p.grad is not None for p in module.parameters()), file
    print(f"checked {len(files)} files with PyTorch {torch.__version__}")


{"write": write_all, "check": check}[sys.argv[1]](pathlib.Path(sys.argv[2]))
