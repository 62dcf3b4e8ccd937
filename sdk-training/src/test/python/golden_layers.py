"""Traces of every kind of layer and of some networks of several: numbers, answer, loss and gradient.

A layer's answer is that of the model in use, its loss and gradient are those of training. The loss is the mean square.
"""

import copy

import torch
from torch import nn

from golden_text import flat, write

ROWS = 5


class Then(nn.Module):
    """A function as a module."""

    def __init__(self, function):
        super().__init__()
        self.function = function

    def forward(self, x):
        return self.function(x)


class Residual(nn.Module):
    def __init__(self, body, shortcut=None):
        super().__init__()
        self.body = body
        self.shortcut = shortcut if shortcut is not None else nn.Sequential()

    def forward(self, x):
        return self.shortcut(x) + self.body(x)


class Concat(nn.Module):
    def __init__(self, axis, *branches):
        super().__init__()
        self.axis = axis
        self.branches = nn.ModuleList(branches)

    def forward(self, x):
        return torch.cat([branch(x) for branch in self.branches], self.axis)


class Marks(nn.Module):
    """Learned positions."""

    def __init__(self, steps, width):
        super().__init__()
        self.weight = nn.Parameter(torch.randn(steps, width) * 0.3)

    def forward(self, x):
        return x + self.weight[: x.shape[1]]


def sinusoids(x):
    steps, width = x.shape[1:]
    position = torch.arange(steps, dtype=torch.float64).unsqueeze(1)
    rate = 10000 ** (torch.arange(0, width, 2, dtype=torch.float64) / width)
    marks = torch.stack([torch.sin(position / rate), torch.cos(position / rate)], dim=2).flatten(1)
    return x + marks.to(x.dtype)


class Attention(nn.Module):
    def __init__(self, width, heads, causal):
        super().__init__()
        self.inner = nn.MultiheadAttention(width, heads, batch_first=True)
        self.causal = causal
        with torch.no_grad():
            self.inner.in_proj_bias.uniform_(-0.5, 0.5)
            self.inner.out_proj.bias.uniform_(-0.5, 0.5)

    def forward(self, x):
        mask = torch.triu(torch.ones(x.shape[1], x.shape[1], dtype=torch.bool), 1) if self.causal else None
        return self.inner(x, x, x, attn_mask=mask, need_weights=False)[0]


class Recurrent(nn.Module):
    def __init__(self, inner):
        super().__init__()
        self.inner = inner

    def forward(self, x):
        return self.inner(x)[0]


class Block(nn.Module):
    """PyTorch's own block that normalises first; its arrays in the order in which rows pass them."""

    def __init__(self, width, heads, hidden, causal):
        super().__init__()
        self.inner = nn.TransformerEncoderLayer(
            width, heads, hidden, dropout=0.0, activation="gelu", batch_first=True, norm_first=True)
        self.causal = causal

    def forward(self, x):
        mask = nn.Transformer.generate_square_subsequent_mask(x.shape[1]) if self.causal else None
        return self.inner(x, src_mask=mask)

    def ordered(self):
        i = self.inner
        return [*i.norm1.parameters(), *i.self_attn.parameters(), *i.norm2.parameters(), *i.linear1.parameters(),
                *i.linear2.parameters()]


def arrays(module):
    """Trained arrays in the order in which rows pass them."""
    if isinstance(module, Block):
        return module.ordered()
    own = list(module.parameters(recurse=False))
    if isinstance(module, (nn.MultiheadAttention, nn.RNNBase)):
        return list(module.parameters())
    for child in module.children():
        own += arrays(child)
    return own


def statistics(module):
    return [b for n, b in module.named_buffers() if not n.endswith("num_batches_tracked")]


def gains(module):
    """Moves gains and biases of normalisations away from 1 and 0, where mistakes would not show."""
    for part in module.modules():
        if isinstance(part, (nn.modules.batchnorm._BatchNorm, nn.GroupNorm, nn.LayerNorm, nn.RMSNorm)):
            with torch.no_grad():
                part.weight.uniform_(0.5, 1.5)
                if getattr(part, "bias", None) is not None:
                    part.bias.uniform_(-0.5, 0.5)
    return module


ACTIVATIONS = {
    "relu": torch.relu, "leaky_relu": nn.functional.leaky_relu, "gelu": nn.functional.gelu,
    "silu": nn.functional.silu, "elu": nn.functional.elu, "softplus": nn.functional.softplus,
    "tanh": torch.tanh, "sigmoid": torch.sigmoid, "softmax": lambda x: torch.softmax(x, -1),
}


def cases():
    """Name, shape of a row (an int for the vocabulary of ids), module."""
    seq = nn.Sequential
    yield "linear", (6,), nn.Linear(6, 4)
    yield "linear-of-steps", (3, 6), nn.Linear(6, 4, bias=False)
    yield "conv", (3, 7, 6), nn.Conv2d(3, 5, 3, stride=2, padding=1)
    yield "conv-many-channels", (17, 6, 6), seq(nn.Conv2d(17, 18, 3, padding=1), nn.Tanh(), nn.Conv2d(18, 5, 3))
    yield "conv-grouped", (4, 6, 7), nn.Conv2d(4, 6, 2, groups=2, bias=False)
    yield "conv-transposed", (4, 3, 4), nn.ConvTranspose2d(4, 3, 3, stride=2, padding=1, output_padding=1)
    yield "max-pool", (2, 7, 7), seq(nn.Conv2d(2, 3, 1), nn.MaxPool2d(3, stride=2, padding=1))
    yield "average-pool", (2, 7, 7), seq(nn.Conv2d(2, 3, 1), nn.AvgPool2d(3, stride=2, padding=1))
    yield "global-pool", (2, 4, 5), seq(nn.Conv2d(2, 3, 1), Then(lambda x: x.mean((2, 3))))
    yield "mean-over-steps", (4, 3), seq(nn.Linear(3, 5), Then(lambda x: x.mean(1)))
    yield "last-step", (4, 3), seq(nn.Linear(3, 5), Then(lambda x: x[:, -1]))
    for name, function in ACTIVATIONS.items():
        yield name, (5,), seq(nn.Linear(5, 8), Then(function))
    yield "batch-norm", (4,), seq(nn.Linear(4, 6), nn.BatchNorm1d(6))
    yield "batch-norm-of-images", (3, 4, 4), seq(nn.Conv2d(3, 4, 3), nn.BatchNorm2d(4))
    yield "group-norm", (6, 3, 3), nn.GroupNorm(2, 6)
    yield "layer-norm", (3, 6), nn.LayerNorm(6)
    yield "rms-norm", (3, 6), nn.RMSNorm(6, eps=1e-6)
    yield "embedding-learned", 7, seq(nn.Embedding(7, 4), Marks(6, 4), nn.Tanh())
    yield "embedding-sinusoidal", 7, seq(nn.Embedding(7, 4), Then(sinusoids), nn.Tanh())
    yield "attention", (4, 6), Attention(6, 2, False)
    yield "attention-causal", (4, 6), Attention(6, 3, True)
    yield "transformer-block", (4, 6), Block(6, 2, 10, False)
    yield "transformer-block-causal", (4, 6), Block(6, 2, 10, True)
    yield "lstm", (4, 3), Recurrent(nn.LSTM(3, 5, batch_first=True))
    yield "lstm-both-ways", (4, 3), Recurrent(nn.LSTM(3, 5, batch_first=True, bidirectional=True))
    yield "gru", (4, 3), Recurrent(nn.GRU(3, 5, batch_first=True))
    yield "gru-both-ways", (4, 3), Recurrent(nn.GRU(3, 5, batch_first=True, bidirectional=True))
    yield "residual", (5,), Residual(seq(nn.Linear(5, 5), nn.Tanh()))
    yield "residual-with-shortcut", (2, 5, 5), Residual(
        seq(nn.Conv2d(2, 4, 3, padding=1, bias=False), nn.ReLU(), nn.Conv2d(4, 4, 3, padding=1)), nn.Conv2d(2, 4, 1))
    yield "concat", (2, 4, 4), Concat(1, nn.Conv2d(2, 3, 3, padding=1), nn.Conv2d(2, 2, 1))
    yield "concat-of-steps", (3, 4), Concat(2, nn.Linear(4, 3), nn.Linear(4, 2))
    yield "reshape-flatten", (8,), seq(
        nn.Linear(8, 12), Then(lambda x: x.reshape(-1, 3, 2, 2)), nn.Conv2d(3, 2, 2), nn.Flatten(), nn.Linear(2, 3))


def features(row):
    if isinstance(row, int):
        return torch.randint(row, (ROWS, 5))
    return torch.randn(ROWS, *row)


def trace(path, row, module):
    gains(module)
    x = features(row)
    module.eval()
    with torch.no_grad():
        output = module(x)
    target = torch.randn_like(output)
    before = copy.deepcopy(statistics(module))
    module.train()
    loss = nn.functional.mse_loss(module(x), target)
    trained = arrays(module)
    assert len(trained) == len(list(module.parameters()))
    gradient = torch.autograd.grad(loss, trained)
    values = {"parameters": flat(trained)}
    if before:
        values["statistics"] = flat(before)
        values["statistics-after"] = flat(statistics(module))
    values.update({"features": x, "targets": target, "output": output, "loss": loss, "gradient": flat(gradient)})
    write(path, values)


def three_steps(path):
    """A small CNN with batch normalisation: numbers and running statistics after each of three steps."""
    torch.manual_seed(77)
    net = nn.Sequential(
        nn.Conv2d(1, 4, 3, padding=1, bias=False), nn.BatchNorm2d(4), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(4, 6, 3, padding=1, bias=False), nn.BatchNorm2d(6), nn.ReLU(), nn.Flatten(), nn.Linear(54, 3))
    x = torch.randn(3, 8, 1, 6, 6)
    y = torch.randint(3, (3, 8))
    rule = torch.optim.SGD(net.parameters(), lr=0.1)
    values = {"parameters": flat(net.parameters()), "statistics": flat(statistics(net)), "features": x,
              "targets": y.float()}
    for step in range(3):
        rule.zero_grad()
        nn.functional.cross_entropy(net(x[step]), y[step]).backward()
        rule.step()
        values[f"parameters-{step + 1}"] = flat(net.parameters())
        values[f"statistics-{step + 1}"] = flat(statistics(net))
    net.eval()
    values["output"] = net(x[0])
    write(path, values)


def mixed(path):
    """An MLP in bfloat16 by autocast."""
    torch.manual_seed(78)
    net = nn.Sequential(nn.Linear(20, 32), nn.ReLU(), nn.Linear(32, 16), nn.Tanh(), nn.Linear(16, 3))
    x = torch.randn(16, 20)
    y = torch.randint(3, (16,))
    with torch.autocast("cpu", dtype=torch.bfloat16):
        output = net(x)
    loss = nn.functional.cross_entropy(output.float(), y)
    gradient = torch.autograd.grad(loss, list(net.parameters()))
    write(path, {"parameters": flat(net.parameters()), "features": x, "targets": y.float(), "loss": loss,
                 "gradient": flat(gradient)})


def make(out):
    for index, (name, row, module) in enumerate(seeded()):
        trace(out / f"layer-{name}.txt", row, module)
    three_steps(out / "cnn-three-steps.txt")
    mixed(out / "mixed-precision.txt")


def seeded():
    torch.manual_seed(1000)
    yield from cases()
