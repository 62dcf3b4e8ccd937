"""Times steps of Python's DistributedDataParallel on Gloo with two processes, for ProcessesAgainstDdp. Arguments: rows of the
joined batch, steps. Prints the median milliseconds of a step, the first fifth left out.
"""

import os
import sys
import time

import torch
import torch.distributed as dist
import torch.multiprocessing as mp
from torch import nn


def work(rank, batch, steps):
    os.environ.update(MASTER_ADDR="127.0.0.1", MASTER_PORT="29511")
    torch.set_num_threads(max(1, os.cpu_count() // 2))
    dist.init_process_group("gloo", rank=rank, world_size=2)
    torch.manual_seed(1)
    model = nn.parallel.DistributedDataParallel(nn.Sequential(nn.Linear(784, 500), nn.ReLU(), nn.Linear(500, 10)))
    x, y = torch.randn(2048, 784), torch.randint(10, (2048,))
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-3)
    times = []
    for _ in range(steps):
        begin = time.perf_counter()
        rows = torch.randint(2048, (batch // 2,))
        optimizer.zero_grad()
        loss = nn.functional.cross_entropy(model(x[rows]), y[rows])
        loss.backward()
        optimizer.step()
        loss.item()
        times.append((time.perf_counter() - begin) * 1e3)
    if rank == 0:
        times = sorted(times[steps // 5:])
        print(times[len(times) // 2], flush=True)
    dist.destroy_process_group()


if __name__ == "__main__":
    mp.spawn(work, (int(sys.argv[1]), int(sys.argv[2])), nprocs=2)
