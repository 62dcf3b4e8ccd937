"""Writes and checks safetensors files with the reference implementation (safetensors 0.8.0, numpy 2.4, torch 2.13 CPU).

  write FOLDER   writes the golden files of SafetensorsTest
  check FILE     loads FILE, written by CheckpointWriter, into a Sequential as PyTorch users do, and prints its answer
"""

import pathlib
import sys

import numpy as np
import safetensors
import safetensors.torch
import torch
from torch import nn


def all_types(out):
    n = np.arange(6).reshape(2, 3)
    tensors = {
        "f64": torch.from_numpy(n * 0.1), "f32": torch.tensor([0.0, -0.0, 1.5, float("inf"), -1e-45, 3.4e38]),
        "f16": torch.tensor([0.5, -65504.0, 6e-8]).half(), "bf16": torch.tensor([[1.0], [-3.0e38]]).bfloat16(),
        "i64": torch.tensor([2**63 - 1, -2**63]), "i32": torch.tensor([2**31 - 1, -2**31]).int(),
        "i16": torch.tensor([32767, -32768]).short(), "i8": torch.tensor([127, -128]).char(),
        "u8": torch.tensor([0, 255]).byte(), "bool": torch.tensor([True, False, True]),
        "scalar": torch.tensor(7.0), "empty": torch.zeros(0, 4), "z\u00e4h \"1\"": torch.tensor([1.0])}
    safetensors.torch.save_file(tensors, out / "all-types.safetensors", metadata={"format": "pt"})


def conversions(out):
    edges = torch.tensor([
        0.0, -0.0, float("inf"), float("-inf"), 65504.0, 65519.996, 65520.0, -65520.0, 1e38, 3.4028234e38, 3.39e38,
        2.0**-24, 2.0**-25, 1.5 * 2.0**-25, 3 * 2.0**-25, 2.0**-14, 2.0**-14 - 2.0**-25, 1e-45, -1e-45, 1e-40,
        1 + 2.0**-11, 1 + 3 * 2.0**-11, 1 + 2.0**-8, 1 + 3 * 2.0**-8, 1 + 2.0**-8 + 2.0**-20, 0.1, -0.1])
    torch.manual_seed(3)
    bits = torch.randint(-2**31, 2**31, (4000,), dtype=torch.int64).to(torch.int32).view(torch.float32)
    near = torch.randn(4000) * torch.exp(torch.randn(4000) * 8)
    values = torch.cat([edges, bits[~bits.isnan()], near])
    safetensors.torch.save_file(
        {"f32": values, "f16": values.half(), "bf16": values.bfloat16()}, out / "conversions.safetensors")


def module():
    return nn.Sequential(nn.Linear(3, 4), nn.BatchNorm1d(4), nn.ReLU(), nn.Linear(4, 2))


def state_dict(out):
    torch.manual_seed(5)
    net = module()
    net(torch.randn(16, 3))
    safetensors.torch.save_file(net.state_dict(), out / "sequential.safetensors", metadata={"format": "pt"})


if sys.argv[1] == "write":
    folder = pathlib.Path(sys.argv[2])
    all_types(folder)
    conversions(folder)
    state_dict(folder)
else:
    net = module()
    net.load_state_dict(safetensors.torch.load_file(sys.argv[2]), strict=True)
    net.eval()
    print(net(torch.tensor([[1.0, -2.0, 0.5]])).tolist())
