"""Each loss summed over rows, and its gradient with respect to the outputs, written out in float64 from the formulas."""

import torch
from torch.nn import functional as F

from golden_text import write

ROWS, WIDTH = 7, 4


def pick(x, classes):
    return x.gather(1, classes.unsqueeze(1)).squeeze(1)


def entropy(output, classes, smoothing=0.0, weights=None):
    log = torch.log_softmax(output, 1)
    weights = torch.ones(WIDTH, dtype=torch.float64) if weights is None else weights
    hard = -pick(log, classes) * weights[classes]
    even = -(log * weights).mean(1)
    return ((1 - smoothing) * hard + smoothing * even).sum()


def make(out):
    torch.manual_seed(21)
    output = (2 * torch.randn(ROWS, WIDTH)).double()
    classes = torch.randint(WIDTH, (ROWS,))
    numbers = torch.randn(ROWS, WIDTH).float().double()
    shares = torch.rand(ROWS, WIDTH).float().double()
    soft = torch.softmax(torch.randn(ROWS, WIDTH), 1).float().double()
    weights = torch.tensor([0.5, 2.0, 1.0, 0.25], dtype=torch.float64)
    teacher = (2 * torch.randn(ROWS, WIDTH)).float().double()

    def binary(o, positive):
        return -(positive * shares * F.logsigmoid(o) + (1 - shares) * F.logsigmoid(-o)).mean(1).sum()

    def huber(o, delta):
        d = (o - numbers).abs()
        return torch.where(d < delta, 0.5 * d * d, delta * (d - 0.5 * delta)).mean(1).sum()

    def distilled(o, temperature, share):
        soft_loss = -(torch.softmax(teacher / temperature, 1) * torch.log_softmax(o / temperature, 1)).sum()
        return temperature**2 * share * soft_loss + (1 - share) * entropy(o, classes)

    with_class = torch.cat([teacher, classes.double().unsqueeze(1)], 1)
    cases = {
        "cross-entropy": (classes, lambda o: entropy(o, classes)),
        "cross-entropy-smoothed": (classes, lambda o: entropy(o, classes, 0.1)),
        "cross-entropy-weighted": (classes, lambda o: entropy(o, classes, 0.0, weights)),
        "cross-entropy-weighted-smoothed": (classes, lambda o: entropy(o, classes, 0.2, weights)),
        "binary-cross-entropy": (shares, lambda o: binary(o, 1.0)),
        "binary-cross-entropy-weighted": (shares, lambda o: binary(o, 2.5)),
        "mse": (numbers, lambda o: ((o - numbers) ** 2).mean(1).sum()),
        "mae": (numbers, lambda o: (o - numbers).abs().mean(1).sum()),
        "huber": (numbers, lambda o: huber(o, 0.7)),
        "soft-cross-entropy": (soft, lambda o: -(soft * torch.log_softmax(o, 1)).sum()),
        "distillation": (with_class, lambda o: distilled(o, 3.0, 0.7)),
    }
    values = {"output": output}
    for name, (target, loss) in cases.items():
        o = output.clone().requires_grad_(True)
        value = loss(o)
        values[name + ".targets"] = target.float()
        values[name + ".loss"] = value
        values[name + ".gradient"] = torch.autograd.grad(value, o)[0]
    # The formulas are PyTorch's.
    f = output
    assert torch.allclose(entropy(f, classes, 0.2, weights),
                          F.cross_entropy(f, classes, weights, label_smoothing=0.2, reduction="sum"))
    assert torch.allclose(huber(f, 0.7), F.huber_loss(f, numbers, delta=0.7, reduction="sum") / WIDTH)
    assert torch.allclose(binary(f, 2.5), F.binary_cross_entropy_with_logits(
        f, shares, pos_weight=torch.tensor(2.5), reduction="sum") / WIDTH)
    write(out / "losses.txt", values)
